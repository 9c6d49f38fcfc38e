/** Policies as somebody types them, against the real daemon: what waits is not paged, and whoever looks sees why. */
import { expect, test, vi } from 'vitest';
import type { CalendarJson, PolicyDetailJson, PolicyTold } from '../../src/relay/api/oncall-wire.ts';
import type { IncidentDetailJson, IncidentJson } from '../../src/relay/api/wire.ts';
import { startRelay } from './harness/relay.ts';

/** Many commands, each a process of its own: on a busy machine they take their time. */
vi.setConfig({ testTimeout: 120_000 });

test('info waits by a rule, is seen to wait, and is paged when a person escalates it', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  // The hour that is six hours away: now is always outside of it.
  const hour = (new Date().getUTCHours() + 6) % 24;
  const open = `${String(hour).padStart(2, '0')}:00-${String(hour).padStart(2, '0')}:30`;
  const added = await relay.json<PolicyTold>(
    'policy',
    'add',
    'office',
    '--level',
    'ana',
    '--after',
    '10m',
    '--level',
    'ben',
    '--zone',
    'UTC',
    '--rule',
    `info outside ${open}: wait`,
  );
  expect(added).toMatchObject({
    id: 'office',
    rules: [{ severities: ['info'], outside: [open], wait: true }],
  });
  await relay.command('service', 'add', 'web', '--policy', 'office');
  expect(await relay.json<PolicyDetailJson>('policy', 'show', 'office')).toMatchObject({
    namedBy: ['service web'],
    now: { levels: [['ana'], ['ben']], rules: [expect.stringMatching(/^info waits until /)] },
  });

  const sent = await relay.json<{ number: number }>(
    'send',
    'certificate ends in 20 days',
    '--service',
    'web',
    '--severity',
    'info',
  );
  const [listed] = await relay.json<IncidentJson[]>('incidents');
  expect(listed?.waitsUntil).toMatch(new RegExp(`T${open.slice(0, 5)}:00`));
  expect((await relay.command('incident', 'show', String(sent.number))).out).toMatch(
    /waiting .*\n(?:.*\n)*? {2}put off {3}until /,
  );
  await relay.command('incident', 'escalate', String(sent.number));
  const shown = await relay.json<IncidentDetailJson>('incident', 'show', String(sent.number));
  expect(shown.waitsUntil).toBeUndefined();
  expect(shown.timeline.map((one) => one.kind)).toEqual(
    expect.arrayContaining(['waiting', 'escalate', 'page']),
  );

  const edited = await relay.command(
    'policy',
    'edit',
    'office',
    '--change-level',
    '1',
    '--add',
    'ben',
    '--remove',
    'ana',
  );
  expect(edited.out).toMatch(/web level 1: now - and on: ben instead of ana\n/);
  expect((await relay.command('policy', 'remove', 'office')).exit).toBe(5);
  const [month] = await relay.json<CalendarJson[]>('oncall', 'calendar', 'web');
  expect(month?.lines.map((line) => line.spans.at(-1)?.people)).toEqual([['ben'], ['ben']]);
  expect((await relay.api.get<{ openapi: string }>('/openapi.json')).openapi).toBe('3.1.1');
});
