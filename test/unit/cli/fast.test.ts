import { describe, expect, test } from 'vitest';
import { quickCall } from '../../../src/cli/fast.ts';
import type { QuickMap } from '../../../src/cli/fast.ts';
import type { QuickCommand } from '../../../src/cli/quick-command.ts';

const command = (args: { min: number; max: number }, flags: QuickCommand['flags'] = {}): QuickCommand => ({
  args,
  flags,
  run: () => Promise.resolve(0),
});

const known = {
  overview: command({ min: 0, max: 0 }),
  ack: command({ min: 1, max: 1 }, { as: { type: 'string' } }),
  show: command({ min: 1, max: 1 }),
  oncall: command({ min: 0, max: 0 }),
};
const commands: QuickMap = {
  '': () => Promise.resolve({ quick: known.overview }),
  ack: () => Promise.resolve({ quick: known.ack }),
  'incident show': () => Promise.resolve({ quick: known.show }),
  oncall: () => Promise.resolve({ quick: known.oncall }),
};
const call = (line: string) => quickCall(line.split(' ').filter(Boolean), commands);

describe('a common command line starts without oclif', () => {
  test('nothing at all is the overview', async () => {
    expect((await call(''))?.quick).toBe(known.overview);
    expect(await call('--json')).toMatchObject({ quick: known.overview, values: { json: true } });
  });

  test('arguments and flags in any order', async () => {
    const expected = { quick: known.ack, args: ['12'], values: { as: 'ana', json: true } };
    expect(await call('ack 12 --as ana --json')).toMatchObject(expected);
    expect(await call('ack --json --as=ana 12')).toMatchObject(expected);
  });

  test('two words name a command of a topic', async () => {
    expect(await call('incident show 7 --config f')).toMatchObject({
      quick: known.show,
      args: ['7'],
      values: { config: 'f' },
    });
  });
});

describe('what has to be explained goes to oclif', () => {
  test.each([
    '--help',
    'ack --help',
    'ack 12 --nope',
    'ack',
    'ack 12 13',
    'ack 12 --as',
    'incident',
    'incident list',
    'oncall set ana',
    'person add ana',
    'constructor',
    'ack 12 --json=yes',
  ])('relay %s', async (line) => {
    expect(await call(line)).toBeNull();
  });
});
