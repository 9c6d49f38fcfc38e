/** `relay rules test`: what mails and requests would become. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type OfflineReading, readMailOffline, readRequestOffline } from '../relay/events/offline.ts';
import { EXIT } from './exit.ts';
import type { Io } from './quick-command.ts';
import { styleFor, type Style } from './render/style.ts';

export interface RulesWish {
  files: readonly string[];
  http: boolean;
  contentType: string;
}

/** What is printed of a file; others script against it. */
export interface TestedJson {
  file: string;
  /** Which reader took it; null: it was refused. */
  source: string | null;
  /** Which rule of the team's took it; null: none. */
  rule: string | null;
  events: {
    action: string;
    dedupKey: string;
    severity: string;
    summary: string;
    reason: string;
  }[];
  /** Why the sender would be refused; absent: it is taken. */
  refused?: string;
}

/** Exits with 1 when a file can't be read, or would be refused. */
export async function testRules(wish: RulesWish, json: boolean, io: Io): Promise<number> {
  let failed = false;
  for (const file of wish.files) {
    let raw: Uint8Array;
    try {
      raw = file === '-' ? await buffer(process.stdin) : await readFile(file);
    } catch (error) {
      io.err(`relay: ${file}: ${wrongWith(error)}\n`);
      failed = true;
      continue;
    }
    const reading = wish.http ? readRequestOffline(raw, wish.contentType) : await readMailOffline(raw);
    const tested = testedOf(file, reading);
    failed ||= tested.refused !== undefined;
    io.out(json ? `${JSON.stringify(tested)}\n` : textOf(tested, styleFor(io)));
  }
  return failed ? EXIT.failed : EXIT.ok;
}

function testedOf(file: string, reading: OfflineReading): TestedJson {
  if ('refused' in reading) return { file, source: null, rule: null, events: [], refused: reading.refused };
  const [first] = reading.events;
  return {
    file,
    source: first?.source ?? null,
    rule: null,
    events: reading.events.map(({ action, dedupKey, severity, summary, reason = '' }) => ({
      action,
      dedupKey,
      severity,
      summary,
      reason,
    })),
  };
}

function textOf({ file, source, events, refused }: TestedJson, style: Style): string {
  if (refused !== undefined) return `${style.bold(file)}: ${style.red('refused')}: ${refused}\n`;
  const lines = events.map(({ action, dedupKey, severity, summary, reason }) =>
    [
      `  ${WORDS[action] ?? action}  ${summary}`,
      ...(action === 'trigger' ? [`    severity  ${severity}`] : []),
      ...(action === 'none' ? [] : [`    key       ${dedupKey}`]),
      ...(reason === '' ? [] : [`    because   ${reason}`]),
    ].join('\n'),
  );
  return `${style.bold(file)}: ${source ?? ''}\n${lines.join('\n')}\n`;
}

const WORDS: Record<string, string> = {
  trigger: 'opens',
  resolve: 'closes',
  acknowledge: 'acknowledges',
  none: 'nothing',
};

function wrongWith(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'a folder; name the files in it';
  if (code === 'EACCES') return 'may not be read by this user';
  return error instanceof Error ? error.message : String(error);
}
