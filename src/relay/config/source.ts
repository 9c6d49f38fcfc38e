/** A configuration file as text: parsed, with the places of its keys. */
import { LineCounter, parseDocument } from 'yaml';
import { syntaxProblems } from './problems.ts';
import type { Source } from './problems.ts';
import { ConfigError } from './types.ts';

/** `path` is absolute and names the file in problems. Rejects with ConfigError when it isn't YAML in UTF-8. */
export function readSource(path: string, bytes: Uint8Array): Source {
  const lines = new LineCounter();
  const document = parseDocument(decoded(path, bytes), { lineCounter: lines, uniqueKeys: true });
  const source: Source = { file: path, document, lines };
  refuse(syntaxProblems(source));
  return source;
}

/** Rejects with ConfigError when there is a problem. */
export function refuse(problems: string[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}

function decoded(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const good = new TextDecoder('utf-8').decode(bytes).split('�')[0] ?? '';
    throw new ConfigError([`${path}:${good.split('\n').length}: expected UTF-8 text, got other bytes`]);
  }
}
