import { describe, expect, test } from 'vitest';
import { CliError, EXIT } from '../../../src/cli/exit.ts';
import { report } from '../../../src/cli/report.ts';
import { ConfigError } from '../../../src/relay/config/types.ts';
import { RosterError } from '../../../src/relay/oncall/book.ts';

const noSpace = Object.assign(new Error('ENOSPC: no space left on device, write'), {
  code: 'ENOSPC',
  syscall: 'write',
});
const oclifError = (message: string, exit: number, code?: string) =>
  Object.assign(new Error(message), { oclif: { exit }, ...(code === undefined ? {} : { code }) });

describe('one line says what went wrong, and what to do', () => {
  test.each([
    [new CliError(EXIT.unreachable, 'no daemon', 'relay start'), 3, 'relay: no daemon\n  relay start\n'],
    [new CliError(EXIT.notFound, 'no incident 7'), 4, 'relay: no incident 7\n'],
    [new ConfigError(['f:1: a', 'f:2: b']), 2, 'relay: f:1: a\nrelay: f:2: b\n'],
    [
      new RosterError('conflict', 'changed meanwhile', 'try again'),
      5,
      'relay: changed meanwhile\n  try again\n',
    ],
    [new RosterError('not_found', 'nobody called eve'), 4, 'relay: nobody called eve\n'],
    [new RosterError('usage', 'no such level'), 2, 'relay: no such level\n'],
    [noSpace, 1, 'relay: ENOSPC: no space left on device, write\n'],
    [oclifError('Nonexistent flag: --x', 2), 2, 'relay: Nonexistent flag: --x\n'],
    [
      oclifError('The following error occurred:\n  Missing required flag now\nSee more help with --help', 2),
      2,
      'relay: --now is missing.\n  All that it takes: --help\n',
    ],
    [
      Object.assign(
        oclifError(
          'The following error occurred:\n  Missing required flag now\nSee more help with --help',
          2,
        ),
        {
          parse: {
            input: {
              context: { constructor: { examples: ['<%= config.bin %> go --now 5'] } },
            },
          },
        },
      ),
      2,
      'relay: --now is missing.\n  For example: relay go --now 5; all that it takes: --help\n',
    ],
    [
      oclifError(
        'Parsing --keep \n\tExpected an integer greater than or equal to 1 but received: 0\nSee more help with --help',
        2,
      ),
      2,
      'relay: --keep: expected a whole number from 1, got 0\n  All that it takes: --help\n',
    ],
    [
      oclifError('Unexpected arguments: full, on\nSee more help with --help', 2),
      2,
      'relay: Unexpected arguments: full, on\n  A text of several words stands in quotes. What the command takes: --help\n',
    ],
    [oclifError('EEXIT: 4', 4, 'EEXIT'), 4, ''],
  ])('%s', (error, exit, text) => {
    expect(report(error, false)).toEqual({ exit, text });
  });

  test('what nobody thought of is said to be a fault of relay, with the stack only under --debug', () => {
    const told = report(new TypeError('x is undefined'), false);
    expect(told.exit).toBe(1);
    expect(told.text).toContain('this should not happen: TypeError: x is undefined');
    expect(told.text).toContain('--debug');
    expect(told.text).not.toContain('report.test.ts');
    expect(report(new TypeError('x is undefined'), true).text).toContain('report.test.ts');
  });
});
