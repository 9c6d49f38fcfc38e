/** Calendars with the real daemon: absences that change who is on call, and shifts that others subscribe to. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ical from 'node-ical';
import { expect, test, vi } from 'vitest';
import type { CalendarMade } from '../../src/relay/api/routes/calendars.ts';
import type { OncallJson } from '../../src/relay/api/wire.ts';
import { startRelay } from './harness/relay.ts';

/** A title as text: the other reader has it as an object where the property has parameters. */
const titleOf = ({ summary }: { summary: unknown }): string => {
  if (typeof summary === 'string') return summary.toLowerCase();
  throw new Error('the title is no plain text');
};

/** Weeks of Ana and Ben from Monday 09:00 in Berlin, long past and ahead. */
const ROTATION = `
rotations:
  ops:
    zone: Europe/Berlin
    layers:
      - {members: [ana, ben], shift: 1 week, start: 2026-01-05, handoff: "09:00"}
`;

// Each command is a process of its own, and there are many.
vi.setConfig({ testTimeout: 120_000 });

test('a rotation is subscribed to, an absence moves a shift, and a taken-back address leads nowhere', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  const exported = (await relay.command('roster', 'export')).out.replace(/^rotations:[\s\S]*?(?=^\S)/m, '');
  await writeFile(join(relay.dir, 'roster.yaml'), exported + ROTATION);
  const applied = await relay.command('roster', 'apply', 'roster.yaml', '--yes');
  expect(applied).toMatchObject({ exit: 0 });

  const { url } = await relay.json<CalendarMade>('oncall', 'ics', 'ops');
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
  const shifts = Object.values(ical.sync.parseICS(await answer.text())).flatMap((one) =>
    one?.type === 'VEVENT' ? [one] : [],
  );
  expect(shifts.length).toBeGreaterThan(13);
  const next = shifts.find((one) => one.start.getTime() > Date.now() + 86_400_000);
  if (next?.end === undefined) throw new Error('there is no shift ahead');
  const whose = /^(\w+)/.exec(titleOf(next))?.[1] ?? '';
  expect(['ana', 'ben']).toContain(whose);

  const day = (at: Date): string => at.toISOString().slice(0, 10).replaceAll('-', '');
  const calendar = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    'UID:1',
    `DTSTART;VALUE=DATE:${day(next.start)}`,
    `DTEND;VALUE=DATE:${day(next.end)}`,
    'SUMMARY:Sea',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  await writeFile(join(relay.dir, 'holiday.ics'), calendar.join('\r\n'));
  expect(await relay.command('oncall', 'absent', whose, '--ics', 'holiday.ics')).toMatchObject({ exit: 0 });
  expect((await relay.command('oncall', 'absent')).out).toMatch(/Sea/);

  const later = Object.values(ical.sync.parseICS(await (await fetch(url)).text())).flatMap((one) =>
    one?.type === 'VEVENT' ? [one] : [],
  );
  const other = whose === 'ana' ? 'ben' : 'ana';
  const middle = (next.start.getTime() + next.end.getTime()) / 2;
  const then = later.find((one) => one.start.getTime() <= middle && (one.end?.getTime() ?? 0) > middle);
  expect(then === undefined ? null : titleOf(then)).toContain(other);

  expect((await relay.command('oncall', 'ics', 'ops', '--revoke')).exit).toBe(0);
  expect((await fetch(url)).status).toBe(404);
  expect(await relay.json<OncallJson[]>('oncall')).not.toEqual([]);
});
