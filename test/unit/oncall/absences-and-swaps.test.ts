import { describe, expect, it } from 'vitest';
import {
  addAbsence,
  removeAbsence,
  setOncall,
  swap,
  unsetOncall,
  withoutExpired,
} from '../../../src/relay/oncall/edits.ts';
import { timelineOf } from '../../../src/relay/oncall/rotations/timeline.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { absence, days, during, hours, layer, override, rota } from './cases/row.ts';
import { refusal } from './refusal.ts';

const BERLIN = 'Europe/Berlin';
/** Ana on Monday the 16th of November at 09:00, Ben on Tuesday, Cleo on Wednesday, Ana on Thursday. */
const daily = rota(BERLIN, [layer('2026-11-16', days(1))]);
const at = (date: string): number => Date.parse(`2026-11-${date}:00+01:00`);
const nowMs = at('16T10:00');
const person = (roster: Roster, date: string, rotation = 'ops') =>
  timelineOf(roster, rotation)?.at(at(date)).person;

describe('an absence', () => {
  const away = { person: 'ana', untilMs: at('20T00:00'), by: 'ana', nowMs };
  it('keeps who, when and why', () => {
    expect(addAbsence(daily, { ...away, why: ' holiday ' }).absences).toEqual([
      {
        id: '8.ana',
        person: 'ana',
        fromMs: nowMs,
        untilMs: at('20T00:00'),
        why: 'holiday',
        by: 'ana',
        madeAtMs: nowMs,
      },
    ]);
    expect(addAbsence(daily, { ...away, feed: 'https://example.com/a.ics' }).absences?.[0]).toMatchObject({
      why: 'away',
      feed: 'https://example.com/a.ics',
    });
  });
  it('is told apart from others made in the same edit, and those that are over are dropped', () => {
    const once = addAbsence(
      { ...daily, absences: [absence('ben', '2026-11-01T00:00Z', '2026-11-02T00:00Z')] },
      away,
    );
    const twice = addAbsence(once, { ...away, fromMs: at('25T00:00'), untilMs: at('26T00:00') });
    expect(twice.absences?.map((one) => one.id)).toEqual(['8.ana', '8.ana.2']);
    expect(withoutExpired(twice, at('21T00:00')).absences?.map((one) => one.id)).toEqual(['8.ana.2']);
    expect(withoutExpired(twice, nowMs)).toBe(twice);
  });
  it('said twice is one, as long as both say it', () => {
    const once = addAbsence(daily, away);
    expect(addAbsence(once, { ...away, nowMs: nowMs + 5_000 })).toBe(once);
    const longer = addAbsence(once, { ...away, nowMs: nowMs + 5_000, untilMs: at('21T00:00') });
    expect(longer.absences).toEqual([{ ...once.absences?.[0], untilMs: at('21T00:00') }]);
    expect(addAbsence(once, { ...away, why: 'ill' }).absences).toHaveLength(2);
    expect(addAbsence(once, { ...away, person: 'ben' }).absences).toHaveLength(2);
    expect(
      addAbsence(once, { ...away, fromMs: at('20T00:00'), untilMs: at('21T00:00') }).absences,
    ).toHaveLength(2);
  });

  it('said again after they were to stand in ends that too', () => {
    const standIn = setOncall(addAbsence(daily, away), {
      person: 'ana',
      rotation: 'ops',
      untilMs: at('19T00:00'),
      by: 'ben',
      nowMs: nowMs + 1_000,
    });
    expect(person(standIn, '17T10:00')).toBe('ana');
    const again = addAbsence(standIn, { ...away, nowMs: nowMs + 2_000 });
    expect(person(again, '17T10:00')).toBe('ben');
  });

  it('counts as made after every override, also when the clock has been set back', () => {
    const standIn = setOncall(daily, {
      person: 'ana',
      rotation: 'ops',
      untilMs: at('19T00:00'),
      by: 'root',
      nowMs: nowMs + 5_000,
    });
    expect(person(standIn, '17T12:00')).toBe('ana');
    const ill = addAbsence(standIn, away);
    expect(person(ill, '17T12:00')).toBe('ben');
    const knowing = setOncall(ill, {
      person: 'ana',
      rotation: 'ops',
      fromMs: at('17T11:00'),
      untilMs: at('17T13:00'),
      by: 'ana',
      nowMs,
    });
    expect(person(knowing, '17T12:00')).toBe('ana');
  });
  it('can be taken back by its id, or all of a person', () => {
    const roster = addAbsence(addAbsence(daily, away), { ...away, person: 'ben' });
    expect(removeAbsence(roster, { id: '8.ana' }).absences?.map((one) => one.person)).toEqual(['ben']);
    expect(removeAbsence(roster, { person: 'ben', nowMs }).absences?.map((one) => one.person)).toEqual([
      'ana',
    ]);
  });
  it('is refused with the reason', () => {
    expect(refusal(() => addAbsence(daily, { ...away, person: 'anna' })).cure).toMatch(/mean ana/);
    expect(refusal(() => addAbsence(daily, { ...away, untilMs: nowMs })).message).toMatch(
      /end before it begins/,
    );
    expect(
      refusal(() => addAbsence(daily, { ...away, fromMs: at('01T00:00'), untilMs: at('02T00:00') })).message,
    ).toMatch(/over already/);
    expect(refusal(() => addAbsence(daily, { ...away, why: 'a\nb' })).message).toMatch(/one line/);
    const roster = addAbsence(daily, { ...away, feed: 'https://example.com/a.ics' });
    expect(refusal(() => removeAbsence(roster, { id: '8.ana' })).cure).toMatch(/in the calendar/);
    expect(refusal(() => removeAbsence(roster, { person: 'ana', nowMs })).message).toMatch(
      /no absence made by hand/,
    );
    expect(refusal(() => removeAbsence(roster, { id: '9.ana' })).cure).toBe(
      'Absences are: 8.ana (ana, away).',
    );
    expect(refusal(() => removeAbsence(daily, { id: '9.ana' })).cure).toBe('Nobody is marked absent.');
  });
});

describe('a swap', () => {
  const wish = { a: 'ana', aShiftAt: at('19T12:00'), b: 'ben', bShiftAt: at('17T12:00'), by: 'root', nowMs };
  it('is two overrides in one edit, each only in place of the other', () => {
    expect(swap(daily, { ...wish, why: 'concert' }).overrides).toEqual([
      {
        id: '8.ops',
        policy: '',
        level: 0,
        rotation: 'ops',
        instead: 'ana',
        why: 'concert',
        person: 'ben',
        fromMs: at('19T09:00'),
        untilMs: at('20T09:00'),
        by: 'root',
        madeAtMs: nowMs,
      },
      {
        id: '8.ops.2',
        policy: '',
        level: 0,
        rotation: 'ops',
        instead: 'ben',
        why: 'concert',
        person: 'ana',
        fromMs: at('17T09:00'),
        untilMs: at('18T09:00'),
        by: 'root',
        madeAtMs: nowMs,
      },
    ]);
  });
  it('takes any time of the day, also before the handoff', () => {
    expect(swap(daily, { ...wish, aShiftAt: at('19T00:00'), bShiftAt: at('17T23:59') }).overrides).toEqual(
      swap(daily, wish).overrides,
    );
  });
  it('takes the shift that reaches into the day if none begins on it', () => {
    // Ana's ends on Tuesday the 17th at nine, and Ben's begins then.
    const after = swap(daily, { ...wish, aShiftAt: at('17T12:00'), bShiftAt: at('21T00:00') });
    expect(after.overrides.map((one) => [one.person, one.fromMs])).toEqual([
      ['ben', at('16T09:00')],
      ['ana', at('20T09:00')],
    ]);
  });
  it('leaves out yesterday’s shift of the same person, which ends that day', () => {
    const pairs = rota(BERLIN, [layer('2026-11-16', { members: ['ana', 'ana', 'ben'], ...days(1) })]);
    const after = swap(pairs, { ...wish, aShiftAt: at('17T12:00'), bShiftAt: at('18T12:00') });
    expect(['16T12:00', '17T12:00', '18T12:00'].map((date) => person(after, date))).toEqual([
      'ana',
      'ben',
      'ana',
    ]);
  });
  it('of weeks is of whole weeks', () => {
    const weekly = rota(BERLIN, [layer('2026-11-16')]);
    const after = swap(weekly, { ...wish, aShiftAt: at('19T12:00'), bShiftAt: at('24T12:00') });
    expect(['16T09:00', '22T12:00', '23T09:00', '30T08:59'].map((date) => person(after, date))).toEqual([
      'ben',
      'ben',
      'ana',
      'ana',
    ]);
  });
  it('takes all shifts of a day with several', () => {
    const halves = rota(BERLIN, [
      layer('2026-11-16', { members: ['ana', 'ben'], ...hours(4), handoff: '08:00' }),
    ]);
    const after = swap(halves, { ...wish, aShiftAt: at('18T12:00'), bShiftAt: at('20T12:00') });
    expect(after.overrides.filter((one) => one.person === 'ben')).toHaveLength(3);
    expect(after.overrides.filter((one) => one.person === 'ana')).toHaveLength(3);
  });
  it('finds the rotation in which both have these shifts', () => {
    const two = rota(BERLIN, {
      web: { zone: BERLIN, layers: [layer('2026-11-16', { members: ['dora', 'eli'], ...days(1) })] },
      ops: { zone: BERLIN, layers: [layer('2026-11-16', days(1))] },
    });
    expect(swap(two, wish).overrides.every((one) => one.rotation === 'ops')).toBe(true);
    expect(refusal(() => swap(two, { ...wish, b: 'dora' })).cure).toBe('Say in which rotation: web, ops.');
    const same = rota(BERLIN, {
      web: { zone: BERLIN, layers: [layer('2026-11-16', days(1))] },
      ops: { zone: BERLIN, layers: [layer('2026-11-16', days(1))] },
    });
    expect(refusal(() => swap(same, wish)).message).toMatch(/more than one rotation/);
    expect(person(swap(same, { ...wish, rotation: 'web' }), '17T12:00', 'web')).toBe('ana');
    expect(refusal(() => swap({ ...daily, rotations: [] }, wish)).cure).toBe('There is no rotation yet.');
  });
  it('of somebody else’s shift is refused, and says whose it is', () => {
    expect(refusal(() => swap(daily, { ...wish, aShiftAt: at('18T12:00') }))).toEqual({
      code: 'conflict',
      message: 'ana has no shift in rotation ops on Wed',
      cure: 'On that day it is ben from Tue 09:00 CET until Wed 09:00 CET, cleo from Wed 09:00 CET until Thu 09:00 CET.',
    });
    const office = rota(BERLIN, [
      layer('2026-11-16', { ...days(1), ...during({ from: '09:00', until: '17:00' }) }),
    ]);
    expect(refusal(() => swap(office, { ...wish, aShiftAt: at('18T12:00') })).cure).toContain(
      'nobody from Tue 17:00 CET until Wed 09:00 CET, cleo from Wed 09:00 CET until Wed 17:00 CET',
    );
    const alone = rota(BERLIN, [layer('2020-01-06', { members: ['cleo'] })]);
    expect(refusal(() => swap(alone, wish)).cure).toBe('On that day it is cleo.');
  });
  it('is refused with oneself, of what is over, and with somebody who is absent', () => {
    expect(refusal(() => swap(daily, { ...wish, b: 'ana' })).message).toMatch(/with themselves/);
    expect(refusal(() => swap(daily, { ...wish, b: 'bne' })).code).toBe('not_found');
    expect(refusal(() => swap(daily, { ...wish, nowMs: at('18T09:00') })).message).toBe(
      "ben's shift was over Wed 09:00 CET",
    );
    const away = addAbsence(daily, {
      person: 'ben',
      fromMs: at('19T12:00'),
      untilMs: at('19T13:00'),
      why: 'doctor',
      by: 'ben',
      nowMs,
    });
    expect(refusal(() => swap(away, wish)).message).toBe('ben is absent then: doctor');
    const gone = { ...daily, absences: [absence('ana', '2026-11-18T00:00+01:00', '2026-11-18T09:00+01:00')] };
    expect(refusal(() => swap(gone, wish)).message).toBe('ana is absent then: holiday');
    expect(swap(away, { ...wish, aShiftAt: at('22T12:00') }).overrides).toHaveLength(2);
  });
});

describe('relay oncall set, for a rotation', () => {
  const set = { person: 'dora', rotation: 'ops', untilMs: at('18T00:00'), by: 'root', nowMs };
  it('stands in wherever the rotation is used', () => {
    const roster = setOncall(daily, { ...set, why: 'dentist' });
    expect(roster.overrides).toEqual([
      {
        id: '8.ops',
        policy: '',
        level: 0,
        rotation: 'ops',
        why: 'dentist',
        person: 'dora',
        fromMs: nowMs,
        untilMs: at('18T00:00'),
        by: 'root',
        madeAtMs: nowMs,
      },
    ]);
    expect(['16T10:00', '17T23:59', '18T00:00'].map((date) => person(roster, date))).toEqual([
      'dora',
      'dora',
      'ben',
    ]);
  });
  it('drops what lies within, of this rotation alone', () => {
    const before = {
      ...daily,
      overrides: [
        override('eli', '2026-11-17T00:00+01:00', '2026-11-17T12:00+01:00'),
        override('eli', '2026-11-17T00:00+01:00', '2026-11-17T12:00+01:00', { rotation: 'web', id: 'web' }),
        override('eli', '2026-11-17T00:00+01:00', '2026-11-19T12:00+01:00', { id: 'longer' }),
      ],
    };
    expect(setOncall(before, set).overrides.map((one) => one.id)).toEqual(['web', 'longer', '8.ops']);
  });
  it('is refused for a rotation nobody knows, with a level, and with a reason of two lines', () => {
    expect(refusal(() => setOncall(daily, { ...set, rotation: 'opps' })).cure).toMatch(/mean ops/);
    expect(refusal(() => setOncall(daily, { ...set, level: 2 })).message).toMatch(/no level/);
    expect(refusal(() => setOncall(daily, { ...set, service: 'db' })).code).toBe('usage');
    expect(refusal(() => setOncall(daily, { ...set, why: 'a\nb' })).message).toMatch(/one line/);
  });
});

describe('relay oncall unset', () => {
  const set = { untilMs: at('18T00:00'), by: 'root', nowMs };
  const roster = [
    { person: 'dora', rotation: 'ops' },
    { person: 'eli', service: 'db' },
    { person: 'dora', rotation: 'ops', fromMs: at('17T00:00'), untilMs: at('19T00:00') },
  ].reduce((base, one) => setOncall(base, { ...set, ...one }), daily);
  const left = (input: Omit<Parameters<typeof unsetOncall>[1], 'nowMs'>): string[] =>
    unsetOncall(roster, { ...input, nowMs }).overrides.map((one) => one.id);
  it('ends what is in force now: of a person, a service, a rotation, or by its id', () => {
    expect(roster.overrides.map((one) => one.id)).toEqual(['8.ops', '8.storage.1', '8.ops.2']);
    expect(left({ person: 'dora' })).toEqual(['8.storage.1', '8.ops.2']);
    expect(left({ service: 'db' })).toEqual(['8.ops', '8.ops.2']);
    expect(left({ rotation: 'ops' })).toEqual(['8.storage.1', '8.ops.2']);
    expect(left({ id: '8.ops.2' })).toEqual(['8.ops', '8.storage.1']);
  });
  it('is refused when nothing fits, and says what there is', () => {
    expect(refusal(() => unsetOncall(roster, { person: 'dora', service: 'db', nowMs })).cure).toBe(
      'Overrides are: 8.ops (dora for rotation ops), 8.storage.1 (eli for policy storage, level 1), 8.ops.2 (dora for rotation ops).',
    );
    expect(refusal(() => unsetOncall(daily, { id: '7.ops', nowMs }))).toEqual({
      code: 'not_found',
      message: 'There is no override 7.ops',
      cure: 'Nothing is overridden.',
    });
    expect(refusal(() => unsetOncall(roster, { nowMs })).code).toBe('usage');
    expect(refusal(() => unsetOncall(roster, { person: 'dorra', nowMs })).cure).toMatch(/mean dora/);
    expect(refusal(() => unsetOncall(roster, { rotation: 'web', nowMs })).code).toBe('not_found');
  });
});
