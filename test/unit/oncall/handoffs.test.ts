/** Which handoffs a look finds, given what the looks before it found. */
import { describe, expect, it } from 'vitest';
import {
  addPerson,
  addRotation,
  editRotation,
  emptyRoster,
  setOncall,
} from '../../../src/relay/oncall/edits.ts';
import { handoffsDue, servicesOf, type Found, type Holders } from '../../../src/relay/oncall/handoffs.ts';
import type { Layer, Roster } from '../../../src/relay/oncall/types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const at = (text: string): number => Date.parse(`${text}:00+01:00`);

/** Turns of ana, ben and cleo from the 16th at 09:00 in Berlin: a day each, unless said otherwise. */
const layer = (change: Partial<Layer> = {}): Layer => ({
  members: ['ana', 'ben', 'cleo'],
  shift: { every: 1, unit: 'days' },
  start: '2026-11-16',
  handoff: '09:00',
  ...change,
});

function ops(change: Partial<Layer> = {}): Roster {
  const people = ['ana', 'ben', 'cleo', 'dan'].reduce(
    (base, id) => addPerson(base, { id, email: `${id}@example.com` }),
    emptyRoster(),
  );
  return addRotation(people, { id: 'ops', zone: 'Europe/Berlin', layers: [layer(change)] });
}

/** Looks one after the other, and what each found in words: `ana>ben 09:00`. */
function looking(roster: Roster, firstMs: number) {
  let holders: Holders = handoffsDue(roster, null, firstMs).holders;
  let present = roster;
  return {
    edit: (change: (before: Roster) => Roster) => (present = change(present)),
    look: (nowMs: number): string[] => {
      const found: Found = handoffsDue(present, holders, nowMs);
      ({ holders } = found);
      const words = found.handoffs.map((one) => {
        const time = new Date(one.atMs + HOUR_MS).toISOString().slice(11, 16);
        return `${one.from ?? 'nobody'}>${one.to ?? 'nobody'} ${time}${one.isEdit ? ' edit' : ''}`;
      });
      return [
        ...words,
        ...found.skipped.map((one) => `skipped ${one.from ?? 'nobody'}>${one.to ?? 'nobody'}`),
      ];
    },
    holder: () => holders.rotations['ops']?.person,
  };
}

describe('a rotation that is looked at every minute', () => {
  it('is handed over at its boundary, once', () => {
    const { look } = looking(ops(), at('2026-11-17T08:58'));
    expect(look(at('2026-11-17T08:59'))).toEqual([]);
    expect(look(at('2026-11-17T09:00'))).toEqual(['ana>ben 09:00']);
    for (let minute = 1; minute < 60; minute += 1) {
      expect(look(at('2026-11-17T09:00') + minute * MINUTE_MS)).toEqual([]);
    }
    expect(look(at('2026-11-18T09:01'))).toEqual(['ben>cleo 09:00']);
  });

  it('is only noted when nothing was known of it before', () => {
    const first = handoffsDue(ops(), null, at('2026-11-17T09:00'));
    expect(first.handoffs).toEqual([]);
    expect(first.holders.rotations['ops']).toEqual({ person: 'ben', atMs: at('2026-11-17T09:00') });
    const known = { throughMs: first.holders.throughMs, rotations: {} };
    expect(handoffsDue(ops(), known, at('2026-11-18T09:00')).handoffs).toEqual([]);
  });

  it('tells of an absence and of an end in a gap', () => {
    const { look, edit } = looking(ops(), at('2026-11-17T08:59'));
    edit((before) => ({
      ...before,
      absences: [
        {
          id: 'a1',
          person: 'ben',
          fromMs: at('2026-11-17T00:00'),
          untilMs: at('2026-11-19T00:00'),
          why: 'sea',
          by: 'ben',
          madeAtMs: 0,
        },
      ],
    }));
    expect(look(at('2026-11-17T09:00')), 'whose turn it was is away').toEqual(['ana>cleo 09:00']);
    expect(look(at('2026-11-18T09:00')), 'the same person goes on').toEqual([]);
    expect(look(at('2026-11-19T09:00'))).toEqual(['cleo>ana 09:00']);
  });

  it('is not handed over twice when its boundary is edited right at it', () => {
    const { look, edit, holder } = looking(ops(), at('2026-11-17T08:59'));
    expect(look(at('2026-11-17T09:00'))).toEqual(['ana>ben 09:00']);
    edit((before) => editRotation(before, 'ops', { layers: [layer({ handoff: '09:01' })] }));
    expect(look(at('2026-11-17T09:01'))).toEqual([]);
    expect(look(at('2026-11-17T09:02'))).toEqual([]);
    expect(holder()).toBe('ben');
    expect(look(at('2026-11-18T09:01'))).toEqual(['ben>cleo 09:01']);
  });

  it('goes at once to whom an edit puts on call', () => {
    const { look, edit } = looking(ops(), at('2026-11-17T09:30'));
    edit((before) =>
      setOncall(before, {
        person: 'dan',
        rotation: 'ops',
        untilMs: at('2026-11-17T12:00'),
        by: 'ana',
        nowMs: at('2026-11-17T10:00'),
      }),
    );
    expect(look(at('2026-11-17T10:00'))).toEqual(['ben>dan 10:00']);
    expect(look(at('2026-11-17T11:59'))).toEqual([]);
    expect(look(at('2026-11-17T12:00'))).toEqual(['dan>ben 12:00']);
  });

  it('is left alone by a clock that was an hour ahead', () => {
    const { look } = looking(ops(), at('2026-11-17T08:00'));
    expect(look(at('2026-11-17T09:05'))).toEqual(['ana>ben 09:00']);
    for (const time of ['08:10', '08:59', '09:00', '09:04', '09:06']) {
      expect(look(at(`2026-11-17T${time}`)), time).toEqual([]);
    }
  });
});

describe('a clock that was far ahead once', () => {
  it('hides no handoff after it: who is on call is noted anew', () => {
    const { look, holder } = looking(ops(), at('2026-11-17T08:00'));
    look(at('2026-12-17T10:00'));
    expect(look(at('2026-11-17T08:01')), 'nothing is told for it').toEqual([]);
    expect(holder()).toBe('ana');
    expect(look(at('2026-11-17T09:00'))).toEqual(['ana>ben 09:00']);
    expect(look(at('2026-11-18T09:00'))).toEqual(['ben>cleo 09:00']);
  });
});

describe('a rotation with hours in which nobody is on call', () => {
  const during = [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const, from: '09:00', until: '18:00' },
  ] as unknown as NonNullable<Layer['during']>;
  const weekly = (): Roster =>
    ops({ shift: { every: 1, unit: 'weeks' }, start: '2026-11-09', members: ['ana', 'ben'], during });
  /** A look each minute; each handoff as `ana>nobody also ...`. */
  const found = (roster: Roster, fromMs: number, untilMs: number): string[] => {
    let holders: Holders = handoffsDue(roster, null, fromMs).holders;
    const words: string[] = [];
    for (let ms = fromMs; ms < untilMs; ms += MINUTE_MS) {
      const look = handoffsDue(roster, holders, ms);
      ({ holders } = look);
      for (const { from, to, also } of look.handoffs) {
        words.push(`${from ?? 'nobody'}>${to ?? 'nobody'} also ${also.join(', ')}`.trim());
      }
    }
    return words;
  };

  it('goes from whoever was on call last to who comes after', () => {
    expect(found(weekly(), at('2026-11-13T17:00'), at('2026-11-16T09:05'))).toEqual([
      'ana>nobody also',
      'nobody>ben also ana',
    ]);
    expect(found(weekly(), at('2026-11-12T17:00'), at('2026-11-13T09:05')), 'the same again').toEqual([
      'ana>nobody also',
      'nobody>ana also',
    ]);
  });

  it('is known to have been theirs after a downtime too', () => {
    const roster = weekly();
    const before = handoffsDue(roster, null, at('2026-11-13T17:00')).holders;
    const late = handoffsDue(roster, before, at('2026-11-16T09:30'));
    expect(late.handoffs).toMatchObject([{ from: null, to: 'ben', also: ['ana'] }]);
    const inGap = handoffsDue(roster, before, at('2026-11-13T19:00')).holders;
    const after = handoffsDue(roster, inGap, at('2026-11-16T09:30'));
    expect(after.handoffs).toMatchObject([{ from: null, to: 'ben', also: ['ana'] }]);
  });
});

describe('after a downtime', () => {
  it('who is on call is told once, late, with whom they follow by the calendar', () => {
    const { look } = looking(ops(), at('2026-11-17T08:00'));
    expect(look(at('2026-11-19T11:00')), 'ben and cleo were missed').toEqual(['cleo>ana 09:00']);
    expect(look(at('2026-11-19T11:01'))).toEqual([]);
  });

  it('boundaries older than a day are skipped', () => {
    const weekly = ops({ shift: { every: 1, unit: 'weeks' } });
    const { look, holder } = looking(weekly, at('2026-11-20T08:00'));
    const before = holder();
    const found = look(at('2026-11-24T11:00'));
    expect(holder()).not.toBe(before);
    expect(found).toEqual([`skipped ${before}>${holder()}`]);
    expect(look(at('2026-11-24T11:01'))).toEqual([]);
  });

  it('who had it all the while is told nothing', () => {
    const { look } = looking(ops(), at('2026-11-17T09:30'));
    expect(look(at('2026-11-17T20:00'))).toEqual([]);
  });
});

describe('the nights on which clocks change', () => {
  it('each shift is handed over once, at its local time', () => {
    const hourly = ops({ shift: { every: 1, unit: 'hours' }, start: '2026-10-24', handoff: '00:00' });
    const { look } = looking(hourly, Date.parse('2026-10-24T21:59:00Z'));
    const boundaries: string[] = [];
    for (
      let ms = Date.parse('2026-10-24T22:00:00Z');
      ms < Date.parse('2026-10-25T04:00:00Z');
      ms += MINUTE_MS
    ) {
      boundaries.push(...look(ms).map((one) => one.replace(/ .*/, '')));
    }
    // 02:00 to 03:00 comes twice, and whoever has that hour has both.
    expect(boundaries).toHaveLength(5);
    expect(new Set(boundaries).size).toBe(3);
  });
});

describe('the services of a rotation', () => {
  it('are those whose policy, or a rule of it, leads there', () => {
    const base = ops();
    const level = { people: [], rotations: ['ops'], afterMs: 60_000 };
    const roster: Roster = {
      ...base,
      policies: [
        { id: 'direct', levels: [level], repeat: 0, handover: true },
        { id: 'night', levels: [level], repeat: 0 },
        {
          id: 'byrule',
          levels: [{ people: ['ana'], afterMs: 1 }],
          repeat: 0,
          rules: [{ does: { policy: 'night' } }],
        },
        { id: 'other', levels: [{ people: ['ana'], afterMs: 1 }], repeat: 0 },
      ],
      services: ['direct', 'byrule', 'other'].map((policy) => ({ id: `s-${policy}`, policy, keyHashes: [] })),
    };
    expect(servicesOf(roster, 'ops')).toEqual([
      { id: 's-direct', handsOver: true },
      { id: 's-byrule', handsOver: false },
    ]);
  });
});
