/** What is typed wrong is told with what to type instead. */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { orderIncident, reassignedTo, snoozeUntil } from '../../../src/cli/incident-order.ts';
import { wishOfVersion } from '../../../src/cli/roster/apply.ts';
import type { QuickValues } from '../../../src/cli/quick-command.ts';
import type { ErrorJson } from '../../../src/relay/api/wire.ts';
import { NOW_MS, standIn, type StandIn } from '../api/stand-in.ts';
import { capture, configFor, runQuick } from './run-quick.ts';

let relay: StandIn;
beforeEach(async () => {
  vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] });
  relay = await standIn();
});
afterEach(async () => {
  await relay.close();
  vi.useRealTimers();
});

test.each<[string, string, string[], QuickValues, string]>([
  [
    'a stand-in until a time that is over',
    'oncall-set',
    ['ana'],
    { until: '2025-01-01 10:00' },
    '--until: "2025-01-01 10:00" is over already.\nWrite it like fri 18:00, or how long: --for 8h.',
  ],
  [
    'an end before the beginning',
    'oncall-set',
    ['ana'],
    { from: '2026-12-02', until: '2026-12-01' },
    '--until: "2026-12-01" is not after the beginning.\nWrite it like fri 18:00, or how long: --for 8h.',
  ],
  [
    'a rotation without members',
    'rotation-add',
    ['ops'],
    {},
    'Who takes turns in ops?\nName them in order: relay rotation add ops ana ben',
  ],
  [
    'an empty calendar',
    'oncall-absent',
    ['ana'],
    { ics: 'empty.ics' },
    'empty.ics is empty.\nGive an iCalendar file (.ics), as calendars export it.',
  ],
])('%s', async (_what, name, args, values, err) => {
  writeFileSync(join(relay.dir, 'empty.ics'), '\n');
  expect(await runQuick(relay, name, args, values)).toMatchObject({ exit: 2, out: '', err });
});

test.each([
  [
    'a version that is none to go back to',
    () => wishOfVersion('foo'),
    '"foo" is no version.',
    /relay roster history/,
  ],
  [
    'a snooze by a word that is neither',
    () => snoozeUntil(['banana'], NOW_MS, 'UTC'),
    '"banana" is neither how long nor until when.',
    /2h or 3d, or: until 18:00/,
  ],
  [
    'a reassignment to nobody',
    () => reassignedTo('12', undefined, undefined),
    'Who is to have it?',
    /relay incident reassign 12 ben, or .* --policy network/,
  ],
  [
    'a reassignment to two',
    () => reassignedTo('12', 'ben', 'network'),
    'Give a person or --policy, not both.',
    /reassign 12 ben/,
  ],
])('%s', (_what, typed, message, cure) => {
  expect(typed).toThrow(expect.objectContaining({ exit: 2, message, cure: expect.stringMatching(cure) }));
});

test.each([
  ['over', NOW_MS - 60_000, /is over already\n.*2h, or until fri 18:00/],
  ['too far away', NOW_MS + 31 * 86_400_000, /over 30 days away\n.*30d/],
])('a snooze until a time that is %s', async (_what, untilMs, err) => {
  const typed = await capture(relay, (io) =>
    orderIncident('1', 'snooze', { untilMs, zone: 'UTC' }, { config: configFor(relay) }, io),
  );
  expect(typed).toMatchObject({ exit: 2, err: expect.stringMatching(err) });
});

test('a request that does not say it is JSON', async () => {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; said: string }>();
  const call = request(
    {
      socketPath: join(relay.dir, 'relay.sock'),
      method: 'POST',
      path: '/v1/people',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    (response) => {
      text(response).then((said) => resolve({ status: response.statusCode, said }), reject);
    },
  );
  call.once('error', reject).end('{"id": "dan"}');
  const { status, said } = await promise;
  expect(status).toBe(415);
  expect((JSON.parse(said) as ErrorJson).error.cure).toMatch(/content-type: application\/json/);
});
