/** Which sources never say that things are well again: what they tell carries a time after which it may end by itself. */
import { expect, test } from 'vitest';
import { fixtures } from '../../formats/fixtures.ts';
import { readFixture } from '../../formats/judge.ts';

const HOUR_MS = 3_600_000;

test.each([
  ['cron', 25 * HOUR_MS],
  ['smartd', 168 * HOUR_MS],
  ['mdadm', 168 * HOUR_MS],
  ['zed', 168 * HOUR_MS],
  ['elastalert2', 25 * HOUR_MS],
  ['systemd', 25 * HOUR_MS],
  ['nagios', undefined],
  ['checkmk', undefined],
  ['truenas', undefined],
])('what %s tells of may end after %s ms', async (name, expiresAfterMs) => {
  const read = await Promise.all(
    fixtures()
      .filter(({ source }) => source === name)
      .map(readFixture),
  );
  const events = read.flatMap((one) => one.got ?? []).filter((one) => one.source === name);
  const triggers = events.filter((one) => one.action === 'trigger');
  expect(triggers.length).toBeGreaterThan(0);
  for (const one of events)
    expect(one.expiresAfterMs).toBe(one.action === 'trigger' ? expiresAfterMs : undefined);
});
