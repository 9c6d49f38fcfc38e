import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNELS, SEVERITIES, type Severity } from '../../../src/relay/events/types.ts';
import { lastsUntilMs } from '../../../src/relay/oncall/hours-at.ts';
import type { Hours, NotificationRule, Person } from '../../../src/relay/oncall/types.ts';
import { wakesFromMs, waysFor } from '../../../src/relay/oncall/ways.ts';

const BERLIN = 'Europe/Berlin';
const MINUTE = 60_000;
const at = (local: string, zone = BERLIN): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
const show = (ms: number, zone = BERLIN): string =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime().toString();

const MAIL = { channel: 'email' as const, address: 'ana@example.com' };
const SMS = { channel: 'sms' as const, address: '+15550101' };
const CALL = { channel: 'voice' as const, address: '+15550101' };
const PUSH = { channel: 'push' as const, address: 'ana-phone' };
const NIGHT: Hours = { from: '22:00', until: '07:00' };

const ana = (parts: Partial<Person> = {}): Person => ({
  id: 'ana',
  name: 'Ana',
  zone: BERLIN,
  contacts: [MAIL, SMS, CALL],
  ...parts,
});

/** `sms 22:30, email 22:40`, with the local date where it is another than that of the question. */
function plan(person: Person, severity: Severity, local: string, hostZone = 'UTC'): string {
  const zone = person.zone ?? hostZone;
  return waysFor(person, severity, at(local, zone), hostZone)
    .ways.map((one) => {
      const [date, time] = show(one.atMs, zone).split('T');
      return `${one.channel} ${date === local.slice(0, 10) ? '' : `${date} `}${time?.slice(0, 5)}`;
    })
    .join(', ');
}

const why = (person: Person, severity: Severity, local: string): string | null =>
  waysFor(person, severity, at(local), 'UTC').why;

const RULES: NotificationRule[] = [
  {
    severities: ['critical'],
    steps: [
      { afterMs: 0, channels: ['sms', 'email'] },
      { afterMs: 5 * MINUTE, channels: ['voice'] },
    ],
  },
  {
    during: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', until: '18:00' }],
    steps: [
      { afterMs: 0, channels: ['email'] },
      { afterMs: 10 * MINUTE, channels: ['sms'] },
    ],
  },
];

describe('without rules and quiet hours', () => {
  it('a person is told by every contact method at once, and nothing is said of it', () => {
    expect(plan(ana(), 'warning', '2026-11-20T03:00')).toBe('email 03:00, sms 03:00, voice 03:00');
    expect(why(ana(), 'warning', '2026-11-20T03:00')).toBeNull();
  });

  it('a contact that is switched off is left out', () => {
    const person = ana({ contacts: [MAIL, { ...SMS, disabled: 'STOP' }] });
    expect(plan(person, 'critical', '2026-11-20T03:00')).toBe('email 03:00');
    expect(waysFor(ana({ contacts: [{ ...SMS, disabled: 'STOP' }] }), 'critical', 0, 'UTC')).toEqual({
      ways: [],
      why: null,
    });
  });
});

describe('a notification rule', () => {
  const cases: [Severity, string, string, string | null][] = [
    ['critical', '2026-11-20T03:00', 'email 03:00, sms 03:00, voice 03:05', 'rule 1 of ana, critical'],
    ['critical', '2026-11-20T12:00', 'email 12:00, sms 12:00, voice 12:05', 'rule 1 of ana, critical'],
    ['error', '2026-11-20T17:59', 'email 17:59, sms 18:09', 'rule 2 of ana, during mon-fri 08:00-18:00'],
    // Friday after work: no rule applies.
    ['error', '2026-11-20T18:00', 'email 18:00, sms 18:00, voice 18:00', null],
  ];
  it.each(cases)('for %s at %s: %s', (severity, when, ways, words) => {
    expect(plan(ana({ rules: RULES }), severity, when)).toBe(ways);
    expect(why(ana({ rules: RULES }), severity, when)).toBe(words);
  });

  it('is read by the clock of the person, and without one of their own by that of the host', () => {
    const { zone: _, ...homeless } = ana({ rules: RULES });
    expect(plan(homeless, 'error', '2026-11-20T08:00', 'America/New_York')).toBe('email 08:00, sms 08:10');
    expect(plan(ana({ rules: RULES, zone: 'Asia/Tokyo' }), 'error', '2026-11-20T08:00')).toBe(
      'email 08:00, sms 08:10',
    );
  });

  it('that names nothing the person has is as if there were none', () => {
    const rules: NotificationRule[] = [{ steps: [{ afterMs: 0, channels: ['push'] }] }];
    expect(plan(ana({ rules }), 'critical', '2026-11-20T03:00')).toBe('email 03:00, sms 03:00, voice 03:00');
    expect(why(ana({ rules }), 'critical', '2026-11-20T03:00')).toBeNull();
  });

  it('begins with the first contact that can be used: nothing is waited for that never comes', () => {
    const rules: NotificationRule[] = [
      {
        steps: [
          { afterMs: 0, channels: ['voice'] },
          { afterMs: 5 * MINUTE, channels: ['sms'] },
          { afterMs: 7 * MINUTE, channels: ['email'] },
        ],
      },
    ];
    const contacts = [MAIL, SMS, { ...CALL, disabled: 'STOP' }];
    expect(plan(ana({ rules, contacts }), 'error', '2026-11-20T03:00')).toBe('sms 03:00, email 03:02');
  });

  it('uses nothing whose channel does not work here, and counts as none where that is all it names', () => {
    const rules: NotificationRule[] = [
      { severities: ['critical'], steps: [{ afterMs: 0, channels: ['voice'] }] },
      {
        steps: [
          { afterMs: 0, channels: ['voice'] },
          { afterMs: MINUTE, channels: ['sms'] },
        ],
      },
    ];
    const told = (severity: Severity) =>
      waysFor(ana({ rules }), severity, 0, 'UTC', (channel) => channel !== 'voice').ways.map((one) => [
        one.channel,
        one.atMs,
      ]);
    expect(told('critical')).toEqual([
      ['email', 0],
      ['sms', 0],
    ]);
    expect(told('error')).toEqual([['sms', 0]]);
  });

  it('whose hours no zone on this host can read does not apply', () => {
    const person = ana({ zone: 'Europe/Atlantis', rules: RULES, quiet: { during: [NIGHT] } });
    const told = waysFor(person, 'error', at('2026-11-20T12:00'), 'UTC');
    expect(told.ways.map((one) => one.atMs - at('2026-11-20T12:00'))).toEqual([0, 0, 0]);
    expect(told.why).toBeNull();
  });
});

describe('quiet hours', () => {
  const quiet = { during: [NIGHT] };

  it('let critical through, and what the person says besides', () => {
    expect(plan(ana({ quiet }), 'critical', '2026-11-20T03:00')).toBe('email 03:00, sms 03:00, voice 03:00');
    const person = ana({ quiet: { ...quiet, except: ['error'] } });
    expect(plan(person, 'error', '2026-11-20T03:00')).toBe('email 03:00, sms 03:00, voice 03:00');
    expect(plan(person, 'critical', '2026-11-20T03:00')).toBe('email 03:00, sms 07:00, voice 07:00');
  });

  it('have the rest go by mail at once, and by phone and push when they end', () => {
    const person = ana({ quiet, contacts: [SMS, PUSH, MAIL] });
    expect(plan(person, 'error', '2026-11-20T23:00')).toBe(
      'email 23:00, sms 2026-11-21 07:00, push 2026-11-21 07:00',
    );
    expect(why(person, 'error', '2026-11-20T23:00')).toBe('quiet hours 22:00-07:00 until Sat 07:00 CET');
    expect(plan(person, 'error', '2026-11-20T07:00')).toBe('sms 07:00, push 07:00, email 07:00');
    expect(why(person, 'error', '2026-11-20T07:00')).toBeNull();
  });

  it('hold nothing of somebody who only has mail', () => {
    const person = ana({ quiet, contacts: [MAIL, { channel: 'email', address: 'ana@example.org' }] });
    expect(plan(person, 'info', '2026-11-20T03:00')).toBe('email 03:00, email 03:00');
    expect(why(person, 'info', '2026-11-20T03:00')).toBeNull();
  });

  it('have the steps of a rule begin at their end, and hold a step that falls into them', () => {
    const rules: NotificationRule[] = [
      {
        steps: [
          { afterMs: 0, channels: ['email'] },
          { afterMs: 5 * MINUTE, channels: ['sms'] },
          { afterMs: 15 * MINUTE, channels: ['voice'] },
        ],
      },
    ];
    const person = ana({ quiet, rules });
    expect(plan(person, 'error', '2026-11-20T03:00')).toBe('email 03:00, sms 07:00, voice 07:10');
    expect(plan(person, 'error', '2026-11-20T21:50')).toBe('email 21:50, sms 21:55, voice 2026-11-21 07:00');
    expect(why(person, 'error', '2026-11-20T21:50')).toBe(
      'rule 1 of ana; quiet hours 22:00-07:00 until Sat 07:00 CET',
    );
  });

  it('that have no end, or can not be read on this host, keep nobody from being told', () => {
    const always = ana({ quiet: { during: [{ from: '00:00', until: '24:00' }] } });
    expect(plan(always, 'info', '2026-11-20T03:00')).toBe('email 03:00, sms 03:00, voice 03:00');
    expect(why(always, 'info', '2026-11-20T03:00')).toBeNull();
    const broken = ana({ quiet: { during: [{ from: 'dusk', until: 'dawn' }] } });
    expect(plan(broken, 'info', '2026-11-20T03:00')).toBe('email 03:00, sms 03:00, voice 03:00');
  });

  it('that are many are told in so many words as a timeline holds', () => {
    const during = Array.from({ length: 20 }, (_, index): Hours => {
      const hour = String(index).padStart(2, '0');
      return { days: ['mon', 'wed', 'sun'], from: `${hour}:00`, until: `${hour}:30` };
    });
    const words = why(ana({ quiet: { during } }), 'error', '2026-11-22T03:10') ?? '';
    expect(words).toHaveLength(160);
    expect(words).toMatch(/^quiet hours mon,wed,sun 00:00-00:30, .*…$/);
  });

  it('over a weekend last until Monday', () => {
    const during: Hours[] = [
      { days: ['sat', 'sun'], from: '00:00', until: '24:00' },
      { from: '18:00', until: '08:00' },
    ];
    expect(plan(ana({ quiet: { during } }), 'error', '2026-11-20T19:00')).toBe(
      'email 19:00, sms 2026-11-23 08:00, voice 2026-11-23 08:00',
    );
  });

  const CHANGES: [string, string, string, number][] = [
    ['the clocks go forward', '2026-03-28T23:00', '2026-03-29T07:00', 7],
    ['the clocks go back', '2026-10-24T23:00', '2026-10-25T07:00', 9],
    ['no clock changes', '2026-11-20T23:00', '2026-11-21T07:00', 8],
  ];
  it.each(CHANGES)('end by the clock on the wall in a night in which %s', (_, begin, end, hours) => {
    const { ways } = waysFor(ana({ quiet }), 'error', at(begin), 'UTC');
    expect(ways.map((one) => show(one.atMs))).toEqual([`${begin}:00`, `${end}:00`, `${end}:00`]);
    expect((ways[1]?.atMs ?? 0) - at(begin)).toBe(hours * 60 * MINUTE);
  });

  it('that begin or end in the hour which the clocks skip or repeat still end', () => {
    const person = ana({ quiet: { during: [{ from: '02:30', until: '03:30' }] } });
    // 02:30 is skipped: it is 03:30 then, and these hours are none that night.
    expect(plan(person, 'error', '2026-03-29T03:15')).toBe('email 03:15, sms 03:15, voice 03:15');
    // 02:30 comes twice, and the first counts: two hours of quiet.
    const { ways } = waysFor(person, 'error', at('2026-10-25T02:30'), 'UTC');
    expect((ways[1]?.atMs ?? 0) - at('2026-10-25T02:30')).toBe(120 * MINUTE);
  });
});

describe('whatever rules and quiet hours a person has', () => {
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  const hours: fc.Arbitrary<Hours> = fc
    .record({
      days: fc.option(fc.subarray(['mon', 'wed', 'sat', 'sun'] as const, { minLength: 1 })),
      from: clock,
      until: clock,
    })
    .map(({ days, from, until }) => ({ ...(days === null ? {} : { days }), from, until }));
  const some = fc.array(hours, { minLength: 1, maxLength: 3 });
  const severities = fc.subarray([...SEVERITIES]);
  const rule: fc.Arbitrary<NotificationRule> = fc
    .record({
      only: fc.option(severities),
      during: fc.option(some),
      outside: fc.option(some),
      order: fc.shuffledSubarray([...CHANNELS], { minLength: 1 }),
      gapsMin: fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 3, maxLength: 3 }),
    })
    .map(({ only, during, outside, order, gapsMin }) => ({
      ...(only === null ? {} : { severities: only }),
      ...(during === null ? {} : { during }),
      ...(outside === null ? {} : { outside }),
      steps: order.map((channel, index) => ({
        afterMs: gapsMin.slice(0, index).reduce((sum, one) => sum + one * MINUTE, 0),
        channels: [channel],
      })),
    }));
  const contact = fc
    .record({ channel: fc.constantFrom(...CHANNELS), disabled: fc.option(fc.constant('STOP')) })
    .map(({ channel, disabled }) => ({
      channel,
      address: `${channel}-1`,
      ...(disabled === null ? {} : { disabled }),
    }));
  const person: fc.Arbitrary<Person> = fc
    .record({
      contacts: fc.uniqueArray(contact, { minLength: 1, maxLength: 4, selector: (one) => one.channel }),
      rules: fc.array(rule, { maxLength: 3 }),
      during: fc.option(some),
      except: fc.option(severities),
      zone: fc.constantFrom(BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Nowhere/Land'),
    })
    .map(({ contacts, rules, during, except, zone }) => ({
      id: 'ana',
      name: 'Ana',
      contacts,
      rules,
      zone,
      ...(during === null ? {} : { quiet: { during, ...(except === null ? {} : { except }) } }),
    }));
  // Around a change of the clocks in Berlin.
  const instant = fc
    .integer({ min: -7 * 24 * 60, max: 7 * 24 * 60 })
    .map((minutes) => at('2026-10-25T03:00') + minutes * MINUTE + 1);

  it('somebody with a contact that is on is told, at once or when quiet hours end, by each contact once', () => {
    fc.assert(
      fc.property(person, fc.constantFrom(...SEVERITIES), instant, (who, severity, atMs) => {
        const { ways } = waysFor(who, severity, atMs, 'UTC');
        const on = who.contacts.filter((one) => one.disabled === undefined);
        expect(ways.length > 0).toBe(on.length > 0);
        expect(new Set(ways.map((one) => one.address)).size).toBe(ways.length);
        for (const way of ways) expect(on.map((one) => one.address)).toContain(way.address);
        const [first] = ways;
        if (first === undefined) return;
        const isLoud = (who.quiet?.except ?? ['critical']).includes(severity);
        const endMs =
          who.quiet === undefined || isLoud
            ? atMs
            : (lastsUntilMs(who.quiet.during, who.zone ?? 'UTC', atMs) ?? atMs);
        expect([atMs, endMs]).toContain(first.atMs);
        for (const [index, way] of ways.entries()) {
          expect(Number.isInteger(way.atMs)).toBe(true);
          expect(way.atMs).toBeGreaterThanOrEqual(ways[index - 1]?.atMs ?? atMs);
          // Nobody is woken in hours in which nothing may wake them.
          if (way.channel === 'email' || isLoud || who.quiet === undefined) continue;
          expect(lastsUntilMs(who.quiet.during, who.zone ?? 'UTC', way.atMs) ?? way.atMs).toBe(way.atMs);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('from when a phone may ring', () => {
  const from = (person: Person, severity: Severity, local: string): string =>
    show(wakesFromMs(person, severity, at(local), 'UTC'));

  it('is now outside of quiet hours, for what breaks through, and where they have no end', () => {
    const person = ana({ quiet: { during: [NIGHT] } });
    expect(from(person, 'error', '2026-11-20T12:00')).toBe('2026-11-20T12:00:00');
    expect(from(person, 'critical', '2026-11-20T23:00')).toBe('2026-11-20T23:00:00');
    const always = ana({ quiet: { during: [{ from: '00:00', until: '24:00' }] } });
    expect(from(always, 'error', '2026-11-20T23:00')).toBe('2026-11-20T23:00:00');
    expect(from(ana(), 'error', '2026-11-20T23:00')).toBe('2026-11-20T23:00:00');
  });

  it('is their end in quiet hours, by the clock of the person', () => {
    expect(from(ana({ quiet: { during: [NIGHT] } }), 'error', '2026-10-24T23:00')).toBe(
      '2026-10-25T07:00:00',
    );
    const { zone: _, ...homeless } = ana({ quiet: { during: [NIGHT] } });
    // 23:00 in Berlin is 22:00 in UTC.
    expect(from(homeless, 'error', '2026-11-20T23:00')).toBe('2026-11-21T08:00:00');
  });
});
