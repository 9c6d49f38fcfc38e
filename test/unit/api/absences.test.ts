/** Absences and calendar addresses over the control API, by the commands that use it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMON_FLAGS, type QuickCommand } from '../../../src/cli/quick-command.ts';
import { quick as quickAbsent } from '../../../src/cli/quick/oncall-absent.ts';
import { quick as quickIcs } from '../../../src/cli/quick/oncall-ics.ts';
import { hashToken, secretIn } from '../../../src/relay/calendar/path.ts';
import type { AbsencesJson } from '../../../src/relay/api/routes/absences.ts';
import type { Policy } from '../../../src/relay/oncall/types.ts';
import { runQuick, type Ran } from '../cli/run-quick.ts';
import { NOW_MS, standIn, type StandIn } from './stand-in.ts';

let relay: StandIn;
let dir: string;
beforeEach(async () => {
  relay = await standIn();
  dir = mkdtempSync(join(tmpdir(), 'relay-absences-'));
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
  rmSync(dir, { recursive: true });
});

/** A line as it is typed behind `relay oncall`. */
function typed(name: string, quick: QuickCommand, args: string[]): Promise<Ran> {
  const options = { ...COMMON_FLAGS, ...quick.flags };
  const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
  return runQuick(relay, name, positionals, values);
}
const absent = (...args: string[]): Promise<Ran> => typed('oncall-absent', quickAbsent, args);
const ics = (...args: string[]): Promise<Ran> => typed('oncall-ics', quickIcs, args);

const CALENDAR = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'BEGIN:VEVENT',
  'UID:1@example.com',
  'DTSTART;VALUE=DATE:20261224',
  'DTEND;VALUE=DATE:20261227',
  'SUMMARY:Holiday',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

function file(text: string): string {
  const path = join(dir, 'ana.ics');
  writeFileSync(path, text);
  return path;
}

describe('being away', () => {
  it('is said with a time and a word, listed, and taken back', async () => {
    const made = await absent(
      'ana',
      '--from',
      '2036-12-24T00:00Z',
      '--until',
      '2036-12-27T00:00Z',
      '--why',
      'holiday',
      '--as',
      'ben',
    );
    expect(made.out).toContain('Ana is away from');
    const [absence] = relay.core.roster.current().absences ?? [];
    expect(absence).toMatchObject({
      person: 'ana',
      fromMs: Date.UTC(2036, 11, 24),
      untilMs: Date.UTC(2036, 11, 27),
      why: 'holiday',
      by: 'ben',
    });
    const listed = await absent('--json');
    expect((JSON.parse(listed.out) as AbsencesJson).absences).toHaveLength(1);
    expect((await absent('ana', '--list')).out).toContain('holiday');
    expect((await absent('--remove', absence?.id ?? '')).out).toBe('1 absence removed\n');
    expect((await absent()).out).toContain('Nobody is marked absent');
  });

  it('of somebody whom levels name says that they stay there; said again it stays one', async () => {
    await relay.core.roster.edit('ana', (base) => ({
      ...base,
      policies: [...base.policies, { ...(base.policies[0] as Policy), id: 'night' }],
    }));
    const note =
      'note: ana is named on level 1 of policies default, night and stays there: relay oncall set PERSON --service SERVICE --level N puts somebody else there\n';
    expect((await absent('ana', '--until', '2036-12-24T00:00Z')).out).toContain(note);
    expect((await absent('ana', '--until', '2036-12-24T00:00Z')).out).toContain(note);
    expect(relay.core.roster.current().absences).toHaveLength(1);
  });

  it.each([
    [['ana'], 'Until when?'],
    [['cleo', '--for', '2w'], 'There is no person cleo'],
    [['--ics', 'x.ics'], 'Whose calendar is it?'],
    [['ana', '--ics', 'nothing.ics'], "nothing.ics can't be read (ENOENT)"],
    [['ana', '--ics', 'http://calendar.example.com/a.ics'], 'no https address'],
    [['ana', '--ics', 'https://127.0.0.1/a.ics'], 'private address'],
    [['--remove', 'x'], 'There is no absence x'],
    [['--remove', 'all'], 'All of whom?'],
  ])('is refused with what to do: %j', async (args, why) => {
    const refused = await absent(...args);
    expect(refused.err).toContain(why);
    expect(relay.core.roster.current().absences).toBeUndefined();
  });

  it('comes from a file, and not twice from the same', async () => {
    expect((await absent('ana', '--ics', file(CALENDAR))).out).toMatch(/^1 absence of ana taken over\n/);
    expect((await absent('ana', '--ics', file(CALENDAR))).out).toMatch(/^0 absences of ana taken over\n/);
    expect(relay.core.roster.current().absences).toMatchObject([{ person: 'ana', why: 'Holiday' }]);
    expect(relay.core.roster.current().absences?.[0]?.fromMs).toBeGreaterThan(NOW_MS);
    const none = await absent('ana', '--ics', file('<html>')).catch((error: unknown) => ({
      err: String(error),
    }));
    expect(none.err).toContain('This is no calendar');
  });
});

describe('an address to subscribe to', () => {
  it('is made, shown once, listed without its secret, and taken back', async () => {
    const made = await ics('ana', '--as', 'ben');
    const [url] = made.out.split('\n');
    const secret = secretIn(url?.split('/').at(-1) ?? '');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/calendar\/[\w-]{32}\.ics$/);
    expect(relay.core.roster.current().calendarLinks).toMatchObject([
      { id: 'ana-1', of: { person: 'ana' }, by: 'ben', tokenHash: hashToken(secret ?? '') },
    ]);
    expect(JSON.stringify(relay.core.roster.current())).not.toContain(secret);
    const listed = await ics();
    expect(listed.out).toContain('ana-1');
    expect(listed.out).not.toContain(secret);
    expect((await ics('ana', '--revoke')).out).toContain('lead nowhere any more');
    expect(relay.core.roster.current().calendarLinks).toEqual([]);
  });

  it('is refused for somebody who is nobody', async () => {
    const refused = await ics('ops');
    expect(refused.err).toContain('There is no person or rotation ops');
  });
});
