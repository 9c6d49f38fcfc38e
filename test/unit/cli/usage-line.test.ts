import { describe, expect, test } from 'vitest';
import Backup from '../../../src/commands/backup.ts';
import { usageLine } from '../../../src/cli/usage-line.ts';
import type { UsageFlag } from '../../../src/cli/usage-line.ts';

const flag = (name: string, more: Partial<UsageFlag> = {}): UsageFlag => ({ name, type: 'boolean', ...more });

describe('the usage line of a command', () => {
  test('has what is needed first, and each flag once', () => {
    const args = [
      { name: 'file', required: true },
      { name: 'more', multiple: true },
    ];
    const flags = [
      flag('json'),
      flag('file', { char: 'f', type: 'option', helpValue: 'FILE' }),
      flag('level', { type: 'option', required: true, multiple: true, helpValue: 'NAME' }),
      flag('secret', { hidden: true }),
    ];
    expect(usageLine(args, flags, false)).toBe('FILE [MORE...] --level NAME... [--json] [-f FILE]');
  });

  test('puts between bars only what excludes each other, all of it', () => {
    const flags = [
      flag('a', { exclusive: ['b', 'c'] }),
      flag('b', { exclusive: ['c'] }),
      flag('c'),
      flag('d', { exclusive: ['a'] }),
    ];
    expect(usageLine([], flags, false)).toBe('[--a | --b | --c] [--d]');
  });

  test('of a command whose flags exclude each other in several ways can be read', () => {
    const flags = Object.entries(Backup.flags).map(([name, one]): UsageFlag => ({ ...one, name }));
    expect(usageLine([], flags, false)).toMatch(
      /^\[--to PLACE \| --list DIR \| --check FILE\] \[--keep N\] \[--with-secrets\]/u,
    );
  });
});
