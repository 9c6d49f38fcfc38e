/** Rotations as somebody types them, against the real daemon: who has the shift is who is paged. */
import { expect, test } from 'vitest';
import type { NextShiftsJson, RotationJson, ToldJson } from '../../src/relay/api/oncall-wire.ts';
import type { OncallJson } from '../../src/relay/api/wire.ts';
import { startRelay } from './harness/relay.ts';

test('a rotation is made, edited, swapped in and left by commands, each with who is on call by it', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  const added = await relay.json<ToldJson>(
    'rotation',
    'add',
    'ops',
    'ana',
    'ben',
    '--every',
    '1w',
    '--at',
    '00:00',
    '--zone',
    'UTC',
    '--during',
    'mon-sun 00:00-24:00',
  );
  expect(added.oncall[0]).toMatchObject({ of: 'rotation', id: 'ops', before: [], after: ['ana'] });
  const rotation = await relay.json<RotationJson>('rotation', 'show', 'ops');
  expect(rotation).toMatchObject({ zone: 'UTC', now: { person: 'ana' }, namedBy: [] });

  const swapped = await relay.command('oncall', 'swap', 'ana', 'tomorrow', 'ben', 'tomorrow');
  expect(swapped.exit).toBe(5);
  expect(swapped.err).toMatch(/has no shift in rotation ops/);
  const set = await relay.command(
    'oncall',
    'set',
    'ben',
    '--rotation',
    'ops',
    '--for',
    '2h',
    '--why',
    'lunch',
  );
  expect(set.out).toMatch(/in rotation ops\n/);
  expect(await relay.json<RotationJson>('rotation', 'show', 'ops')).toMatchObject({ now: { person: 'ben' } });
  const unset = await relay.command('oncall', 'unset', 'ben', '--rotation', 'ops');
  expect(unset).toMatchObject({ exit: 0, err: '' });
  expect(unset.out).toMatch(/rotation ops: now - .*: ana instead of ben/);

  const next = await relay.json<NextShiftsJson>('oncall', 'next', 'ben', '--for', '10d');
  expect(next.shifts.length).toBeGreaterThan(0);
  const left = await relay.json<ToldJson>('rotation', 'edit', 'ops', '--remove', 'ana', '--as', 'ben');
  expect(left.oncall[0]).toMatchObject({ before: ['ana'], after: ['ben'] });
  expect((await relay.command('rotation', 'remove', 'ops')).out).toMatch(/^Removed rotation ops\n/);

  const [before] = await relay.json<OncallJson[]>('oncall', '--at', '2020-01-01T00:00:00Z');
  expect(before?.asOf).toMatchObject({ from: null });
});
