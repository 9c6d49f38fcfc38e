/** Everything the fast path leaves over: the other commands, help, and what has been mistyped. */
import { readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { flush, run, settings } from '@oclif/core';
import { COMMANDS, commandFile } from './command-file.ts';
import { mistyped } from './mistyped.ts';
import { installedRoot } from '../relay/setup/release.ts';

/** Runs `argv` through oclif; rejects with its errors. Commands set process.exitCode themselves. */
export async function runWithOclif(argv: string[]): Promise<void> {
  // Node strips the types itself; oclif would look for ts-node.
  settings.enableAutoTranspile = false;
  const root = installedRoot();
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    oclif: Record<string, unknown>;
  };
  pjson.oclif = {
    ...pjson.oclif,
    helpClass: `./${relative(root, join(import.meta.dirname, `help${extname(import.meta.filename)}`))}`,
    commands: {
      strategy: 'pattern',
      target: `./${relative(root, COMMANDS)}`,
      globPatterns: patterns(argv),
    },
  };
  try {
    await run(argv, { root, pjson, isRoot: true });
  } catch (error) {
    if (error instanceof Error && /^command \S+ not found$/.test(error.message))
      throw mistyped(wordsOf(argv));
    throw error;
  } finally {
    await flush();
  }
}

/**
 * Without a manifest oclif loads every command to run one. When the words name one command's file, that file is all
 * it needs to see; for anything else (help, a topic, a slip of the fingers) it sees them all.
 */
function patterns(argv: readonly string[]): string[] {
  const everything = ['**/*.{ts,js}', '!**/*.d.ts'];
  const words = wordsOf(argv);
  if (argv.includes('--help')) return everything;
  for (const count of [3, 2, 1]) {
    if (words.length < count) continue;
    const file = commandFile(words.slice(0, count));
    if (file !== null) return [file];
  }
  return everything;
}

/** What stands before the first flag. */
function wordsOf(argv: readonly string[]): readonly string[] {
  const flags = argv.findIndex((word) => word.startsWith('-'));
  return flags === -1 ? argv : argv.slice(0, flags);
}
