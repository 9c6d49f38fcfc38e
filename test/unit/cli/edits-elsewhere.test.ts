import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPolicy } from '../../../src/cli/policy-edit.ts';
import { standIn } from '../api/stand-in.ts';
import type { StandIn } from '../api/stand-in.ts';
import { capture, configFor, runQuick } from './run-quick.ts';

const LINE = 'Not yet on b1, c1: they follow within seconds.\n';

describe('an edit that two hosts have not read yet', () => {
  let relay: StandIn;
  beforeEach(async () => {
    relay = await standIn({ behind: ['b1', 'c1'] });
  });
  afterEach(() => relay.close());

  test.each([
    ['oncall-set', ['ben'], { for: '8h' }],
    ['person-add', ['cleo'], { email: 'cleo@example.com' }],
    ['person-edit', ['ana'], { name: 'Ana Lopez' }],
    ['service-add', ['db'], { policy: 'default' }],
    ['service-key', ['default'], {}],
  ] as const)('relay %s names them', async (name, args, values) => {
    const told = await runQuick(relay, name, [...args], values);
    expect(told).toMatchObject({ exit: 0, out: expect.stringContaining(LINE) });
    const json = await runQuick(relay, name === 'person-add' ? 'person-edit' : name, otherArgs(name, args), {
      ...values,
      json: true,
    });
    expect(json.json()).toMatchObject({ notYetOn: ['b1', 'c1'] });
  });

  test('relay policy add names them', async () => {
    const level = [{ flag: 'level', input: 'ana' }];
    const told = await capture(relay, (io) =>
      addPolicy('night', { repeat: 0 }, level, { config: configFor(relay) }, io),
    );
    expect(told.out).toContain(LINE);
  });
});

test('an edit that every host has names none', async () => {
  const relay = await standIn();
  try {
    const told = await runQuick(relay, 'oncall-set', ['ben'], { for: '8h' });
    expect(told.out).not.toContain('Not yet');
  } finally {
    await relay.close();
  }
});

/** What can be made only once is made under another name. */
const otherArgs = (name: string, args: readonly string[]): string[] =>
  name === 'service-add' ? ['web'] : [...args];
