/** Calendars in the roster: those that absences come from, and addresses for those who subscribe. */
import { describe, expect, it } from 'vitest';
import {
  addCalendarLink,
  findCalendarLink,
  ownerOf,
  revokeCalendarLinks,
} from '../../../src/relay/oncall/calendar-links.ts';
import { addAbsence } from '../../../src/relay/oncall/absences.ts';
import { addPerson, emptyRoster, removePerson, removeRotation } from '../../../src/relay/oncall/edits.ts';
import { addFeed, removeFeed, withFeedAbsences } from '../../../src/relay/oncall/feeds.ts';
import { timelineOf } from '../../../src/relay/oncall/rotations/timeline.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';

const NOW_MS = 1_000_000;
const DAY_MS = 86_400_000;
const people = ['ana', 'ben'].reduce(
  (sum, id) => addPerson(sum, { id, email: `${id}@example.com` }),
  emptyRoster(),
);
const URL = 'https://calendar.example.com/ana.ics';
const base = addFeed(people, { person: 'ana', url: URL, by: 'ana', nowMs: NOW_MS });
const day = (from: number, why = 'holiday'): { fromMs: number; untilMs: number; why: string } => ({
  fromMs: NOW_MS + from * DAY_MS,
  untilMs: NOW_MS + (from + 1) * DAY_MS,
  why,
});

describe('a calendar of absences', () => {
  it('brings, moves and takes away absences, and leaves those made by hand', () => {
    const byHand = addAbsence(base, { person: 'ben', untilMs: NOW_MS + DAY_MS, by: 'ben', nowMs: NOW_MS });
    const first = withFeedAbsences(byHand, 'ana-1', [day(1), day(5, 'sea')], NOW_MS);
    expect(first.absences?.map((one) => [one.person, one.why, one.feed])).toEqual([
      ['ben', 'away', undefined],
      ['ana', 'holiday', 'ana-1'],
      ['ana', 'sea', 'ana-1'],
    ]);
    const second = withFeedAbsences(first, 'ana-1', [day(1), day(6, 'sea')], NOW_MS);
    expect(second.absences?.[1]).toBe(first.absences?.[1]);
    expect(second.absences?.[2]?.fromMs).toBe(NOW_MS + 6 * DAY_MS);
    expect(removeFeed(second, 'ana-1').absences?.map((one) => one.person)).toEqual(['ben']);
  });

  it('changes nothing when it says the same, or nobody has it any more', () => {
    const first = withFeedAbsences(base, 'ana-1', [day(1)], NOW_MS);
    expect(withFeedAbsences(first, 'ana-1', [day(1)], NOW_MS)).toBe(first);
    expect(withFeedAbsences(first, 'ana-9', [day(2)], NOW_MS)).toBe(first);
    expect(withFeedAbsences(base, 'ana-1', [day(-9)], NOW_MS)).toBe(base);
    const gone: Roster = { ...first, people: first.people.filter((one) => one.id !== 'ana') };
    expect(withFeedAbsences(gone, 'ana-1', [day(2)], NOW_MS)).toBe(gone);
  });

  it('has its soonest absences in the roster, however many there are', () => {
    const many = withFeedAbsences(
      base,
      'ana-1',
      Array.from({ length: 150 }, (_one, index) => day(2 * (150 - index))),
      NOW_MS,
    );
    expect(many.absences).toHaveLength(100);
    expect(many.absences?.[0]?.fromMs).toBe(NOW_MS + 2 * DAY_MS);
  });

  describe('and somebody who stands in on some of its days all the same', () => {
    const hours = 3_600_000;
    const known = withFeedAbsences(base, 'ana-1', [{ ...day(1), untilMs: NOW_MS + 4 * DAY_MS }], NOW_MS);
    const standsIn: Roster = {
      ...known,
      rotations: [
        {
          id: 'ops',
          zone: 'UTC',
          layers: [
            {
              members: ['ben', 'ana'],
              shift: { every: 52, unit: 'weeks' },
              start: '1970-01-01',
              handoff: '00:00',
            },
          ],
        },
      ],
      overrides: [
        {
          id: '2.ops',
          policy: '',
          level: 0,
          rotation: 'ops',
          person: 'ana',
          fromMs: NOW_MS + 2 * DAY_MS,
          untilMs: NOW_MS + 6 * DAY_MS,
          by: 'ana',
          madeAtMs: NOW_MS + hours,
        },
      ],
    };
    const whoIs = (roster: Roster, days: number): string | null =>
      timelineOf(roster, 'ops')?.at(NOW_MS + days * DAY_MS).person ?? null;

    it('goes on standing in when days that are over are read no longer', () => {
      expect(whoIs(standsIn, 3)).toBe('ana');
      const nowMs = NOW_MS + 2 * DAY_MS + hours;
      const rest = { fromMs: NOW_MS + 2 * DAY_MS, untilMs: NOW_MS + 4 * DAY_MS, why: 'holiday' };
      const later = withFeedAbsences(standsIn, 'ana-1', [rest], nowMs);
      expect(later).toBe(standsIn);
    });

    it('goes on standing in when the words change, or the holiday is cut short', () => {
      const words = withFeedAbsences(
        standsIn,
        'ana-1',
        [{ ...day(1, 'sea'), untilMs: NOW_MS + 4 * DAY_MS }],
        NOW_MS + 2 * hours,
      );
      expect(words.absences?.map((one) => one.why)).toEqual(['sea']);
      expect(whoIs(words, 3)).toBe('ana');
      const short = withFeedAbsences(
        words,
        'ana-1',
        [{ ...day(2), untilMs: NOW_MS + 3.5 * DAY_MS }],
        NOW_MS + 3 * hours,
      );
      expect(short.absences).toHaveLength(1);
      expect(whoIs(short, 3)).toBe('ana');
    });

    it('does not on days that are said only afterwards, and does on the others', () => {
      const longer = { ...day(1), untilMs: NOW_MS + 5.5 * DAY_MS };
      const nowMs = NOW_MS + 2 * hours;
      const after = withFeedAbsences(standsIn, 'ana-1', [longer], nowMs);
      expect([3, 5, 5.8].map((days) => whoIs(after, days))).toEqual(['ana', 'ben', 'ana']);
      expect(withFeedAbsences(after, 'ana-1', [longer], nowMs + hours)).toBe(after);
      expect(new Set(after.absences?.map((one) => one.id)).size).toBe(2);
    });

    it('goes on standing in when there come more sooner absences than there is room for', () => {
      const soon = Array.from({ length: 120 }, (_one, index) => ({
        fromMs: NOW_MS + 5 * hours + index * 60_000,
        untilMs: NOW_MS + 5 * hours + index * 60_000 + 30_000,
        why: 'away',
      }));
      const holiday = { ...day(1), untilMs: NOW_MS + 4 * DAY_MS };
      const full = withFeedAbsences(standsIn, 'ana-1', [...soon, holiday], NOW_MS + 2 * hours);
      expect(full.absences).toHaveLength(100);
      expect(full.absences).toContain(known.absences?.[0]);
    });

    it('is one absence when it grows and nobody stands in', () => {
      const longer = { ...day(1), untilMs: NOW_MS + 5 * DAY_MS };
      expect(withFeedAbsences(known, 'ana-1', [longer], NOW_MS + hours).absences).toHaveLength(1);
    });
  });

  it('is there once, and removed by the name that is listed', () => {
    expect(() => addFeed(base, { person: 'ana', url: URL, by: 'ana', nowMs: NOW_MS })).toThrow('already');
    expect(() => addFeed(base, { person: 'cleo', url: URL, by: 'ana', nowMs: NOW_MS })).toThrow(
      'no person cleo',
    );
    expect(() => removeFeed(base, 'x')).toThrow('There is no calendar x');
  });
});

describe('an address to subscribe to', () => {
  const hash = (digit: string): string => digit.repeat(64);
  const add = (roster: Roster, tokenHash: string): Roster =>
    addCalendarLink(roster, { of: { person: 'ana' }, tokenHash, by: 'ana', nowMs: NOW_MS });

  it('leads to whose it is, until it is taken back or they are gone', () => {
    const two = add(add(people, hash('a')), hash('b'));
    expect(two.calendarLinks?.map((one) => one.id)).toEqual(['ana-1', 'ana-2']);
    expect(findCalendarLink(two, hash('b'))?.of).toEqual({ person: 'ana' });
    expect(findCalendarLink(two, hash('c'))).toBeNull();
    expect(findCalendarLink({ ...two, people: [] }, hash('a'))).toBeNull();
    const none = revokeCalendarLinks(two, { person: 'ana' });
    expect(findCalendarLink(none, hash('a'))).toBeNull();
    expect(() => revokeCalendarLinks(none, { person: 'ana' })).toThrow('no calendar address');
  });

  it('goes with whose it is, and is nobody’s who has the name next', () => {
    const linked = add(base, hash('a'));
    const again = addPerson(removePerson(linked, 'ana', NOW_MS), { id: 'ana', email: 'other@example.com' });
    expect(findCalendarLink(again, hash('a'))).toBeNull();
    expect(again.feeds).toEqual([]);
    const rotation = { id: 'ops', zone: 'UTC', layers: [] };
    const shared = addCalendarLink(
      { ...people, rotations: [rotation] },
      { of: { rotation: 'ops' }, tokenHash: hash('b'), by: 'ana', nowMs: NOW_MS },
    );
    expect(removeRotation(shared, 'ops').calendarLinks).toEqual([]);
  });

  it('is one of few, and never kept as it is', () => {
    const five = ['a', 'b', 'c', 'd', 'e'].reduce((sum, one) => add(sum, hash(one)), people);
    expect(() => add(five, hash('f'))).toThrow('5 calendar addresses already');
    expect(() => add(people, 'the secret itself')).toThrow('SHA-256');
  });

  it('is of a person or a rotation, whichever has the name', () => {
    const both: Roster = {
      ...people,
      rotations: [
        { id: 'ana', zone: 'UTC', layers: [] },
        { id: 'ops', zone: 'UTC', layers: [] },
      ],
    };
    expect(ownerOf(both, 'ana', false)).toEqual({ person: 'ana' });
    expect(ownerOf(both, 'ana', true)).toEqual({ rotation: 'ana' });
    expect(ownerOf(both, 'ops', false)).toEqual({ rotation: 'ops' });
    expect(() => ownerOf(both, 'ben', true)).toThrow('There is no rotation ben');
  });
});
