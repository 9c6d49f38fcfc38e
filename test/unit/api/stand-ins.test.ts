/** Overrides, swaps, next shifts, and who was on call at a time that is over, over the control API. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor, type Client } from '../../../src/cli/client.ts';
import type { NextShiftsJson, OverrideJson, ToldJson } from '../../../src/relay/api/oncall-wire.ts';
import type { OncallJson } from '../../../src/relay/api/wire.ts';
import { addRotation } from '../../../src/relay/oncall/edits.ts';
import type { RosterVersion } from '../../../src/relay/oncall/book.ts';
import { NOW_MS, roster, standIn, type StandIn } from './stand-in.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE = 'Europe/Berlin';
let relay: StandIn;
let client: Client;
beforeEach(async () => {
  relay = await standIn();
  client = clientFor({ kind: 'socket', socket: relay.socket });
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
});

/** Ana has the even days from 09:00, Ben the odd ones; Sat 21 Nov 2026 is Ana's. */
const daily = () =>
  relay.core.roster.edit('ana', (base) =>
    addRotation(base, {
      id: 'ops',
      zone: ZONE,
      layers: [
        {
          members: ['ana', 'ben'],
          shift: { every: 1, unit: 'days' },
          start: '2026-11-21',
          handoff: '09:00',
        },
      ],
    }),
  );

describe('ending an override', () => {
  test('by who stands in: it says what ended, and who is on call instead', async () => {
    await client.post('/v1/oncall', { person: 'ben', untilMs: NOW_MS + HOUR_MS, by: 'ana' });
    const ended = await client.post<ToldJson>('/v1/oncall/unset', { person: 'ben', zone: ZONE, by: 'ana' });
    expect(ended.text).toBe('Ended: ben in policy default, level 1 from Sat 03:14 CET until Sat 04:14 CET');
    expect(ended.oncall).toEqual([
      {
        of: 'service',
        id: 'default',
        level: 1,
        from: new Date(NOW_MS).toISOString(),
        until: new Date(NOW_MS + HOUR_MS).toISOString(),
        before: ['ben'],
        after: ['ana'],
      },
    ]);
    expect(ended.said).toEqual(['default level 1: now - Sat 21 Nov 04:14: ana instead of ben']);
    expect(relay.core.roster.current().overrides).toEqual([]);
  });

  test('by its id, before it has begun', async () => {
    await daily();
    const wish = { person: 'ben', rotation: 'ops', why: 'the fair', by: 'ana' };
    const fromMs = NOW_MS + DAY_MS;
    const set = await client.post<{ text: string; policies: string[] }>('/v1/oncall', {
      ...wish,
      fromMs,
      untilMs: fromMs + HOUR_MS,
      zone: ZONE,
    });
    expect(set).toMatchObject({
      text: 'Ben from Sun 03:14 CET until Sun 04:14 CET in rotation ops',
      policies: [],
    });
    const [listed] = await client.get<OverrideJson[]>('/v1/overrides');
    expect(listed).toEqual({
      id: '3.ops',
      person: 'ben',
      where: 'rotation ops',
      from: new Date(fromMs).toISOString(),
      until: new Date(fromMs + HOUR_MS).toISOString(),
      instead: null,
      why: 'the fair',
      by: 'ana',
    });
    const ended = await client.post<ToldJson>('/v1/oncall/unset', { id: '3.ops', zone: ZONE });
    expect(ended.said).toEqual(['rotation ops: Sun 22 Nov 03:14 - Sun 22 Nov 04:14: ana instead of ben']);
    expect(await client.get<OverrideJson[]>('/v1/overrides')).toEqual([]);
  });

  test.each([
    ['nothing', {}, 2],
    ['somebody who stands in nowhere', { person: 'ben' }, 4],
    ['an unknown service', { service: 'db' }, 4],
    ['no zone', { person: 'ben', zone: 'Mars' }, 2],
  ])('named by %s is refused', async (_what, body, exit) => {
    await expect(client.post('/v1/oncall/unset', body)).rejects.toMatchObject({ exit });
  });
});

describe('swapping', () => {
  test("Ana's Saturday for Ben's Sunday: both are told what they have", async () => {
    await daily();
    const swapped = await client.post<ToldJson>('/v1/oncall/swap', {
      a: 'ana',
      aDay: '2026-11-21',
      b: 'ben',
      bDay: '2026-11-22',
      zone: ZONE,
      by: 'ana',
    });
    expect(swapped.text).toBe(
      'Swapped: ben for ana in rotation ops from Sat 09:00 CET until Sun 09:00 CET; ana for ben in rotation ops from Sun 09:00 CET until Mon 09:00 CET',
    );
    expect(swapped.said).toEqual([
      'rotation ops: Sat 21 Nov 09:00 - Sun 22 Nov 09:00: ben instead of ana',
      'rotation ops: Sun 22 Nov 09:00 - Mon 23 Nov 09:00: ana instead of ben',
    ]);
  });

  test.each([
    ['a day that is no date', { aDay: '2026-02-30' }, 2, /aDay/],
    ['a shift of somebody else', { bDay: '2026-11-21' }, 5, /ben has no shift/],
    ['an unknown rotation', { rotation: 'night' }, 4, /no rotation night/],
  ])('%s is refused', async (_what, parts, exit, message) => {
    await daily();
    const wish = { a: 'ana', aDay: '2026-11-21', b: 'ben', bDay: '2026-11-22', zone: ZONE };
    await expect(client.post('/v1/oncall/swap', { ...wish, ...parts })).rejects.toMatchObject({
      exit,
      message: expect.stringMatching(message),
    });
  });
});

describe('the next shifts', () => {
  test('of a person, in every rotation, and where they are told without turns', async () => {
    await daily();
    const until = new Date(NOW_MS + 3 * DAY_MS).toISOString();
    const next = await client.get<NextShiftsJson>(`/v1/oncall/next?person=ana&until=${until}`);
    expect(next).toEqual({
      person: 'ana',
      shifts: [
        { from: '2026-11-21T08:00:00.000Z', until: '2026-11-22T08:00:00.000Z', where: 'ops', note: '' },
        { from: '2026-11-23T08:00:00.000Z', until: '2026-11-24T08:00:00.000Z', where: 'ops', note: '' },
      ],
      always: ['policy default, level 1'],
    });
  });

  test.each([
    ['person=zoe', 4],
    ['', 4],
    ['person=ana&until=soon', 2],
    ['person=ana&until=2020-01-01', 2],
    ['person=ana&until=2199-01-01', 2],
  ])('?%s is refused', async (query, exit) => {
    await expect(client.get(`/v1/oncall/next?${query}`)).rejects.toMatchObject({ exit });
  });
});

describe('who was on call at a time that is over', () => {
  /** Version 3 since an hour ago has Ben first; version 2 since a day ago had Ana. */
  const versions = (oldest: number): RosterVersion[] => {
    const [policy] = roster().policies;
    const level = { people: ['ben'], afterMs: 300_000 };
    const now = {
      ...roster(),
      version: 3,
      policies: [{ id: 'default', repeat: policy?.repeat ?? 0, levels: [level] }],
    };
    return [
      { roster: now, by: 'ben', atMs: NOW_MS - HOUR_MS },
      { roster: { ...roster(), version: oldest }, by: 'ana', atMs: NOW_MS - DAY_MS },
    ];
  };
  const ask = async (atMs: number, oldest: number): Promise<OncallJson | undefined> => {
    const kept = versions(oldest);
    // The stand-in counts each edit as a version: two make the third.
    for (let count = 0; count < 2; count += 1) {
      await relay.core.roster.edit('ben', (base) => ({
        ...(kept[0]?.roster ?? roster()),
        version: base.version,
      }));
    }
    relay.core.rosterHistory.versions = async (limit) => kept.slice(0, limit);
    const at = new Date(atMs).toISOString();
    const [service] = await client.get<OncallJson[]>(`/v1/oncall?zone=${ZONE}&at=${at}`);
    return service;
  };
  const people = (service: OncallJson | undefined) =>
    service?.levels.map((level) => level.people.map(({ person }) => person));

  test('is answered by the roster in force then, which is said', async () => {
    const then = await ask(NOW_MS - 2 * HOUR_MS, 2);
    expect(people(then)).toEqual([['ana'], ['ben']]);
    expect(then?.asOf).toEqual({
      version: 2,
      from: new Date(NOW_MS - DAY_MS).toISOString(),
      text: 'By version 2 of the roster, in force then: made Fri 03:14 CET by ana.',
    });
  });

  test('needs no word where the roster is still the same', async () => {
    const then = await ask(NOW_MS - HOUR_MS, 2);
    expect(people(then)).toEqual([['ben']]);
    expect(then).not.toHaveProperty('asOf');
  });

  test('before there was a roster the one of now answers, which is said', async () => {
    const then = await ask(NOW_MS - 2 * DAY_MS, 1);
    expect(people(then)).toEqual([['ben']]);
    expect(then?.asOf).toEqual({
      version: 3,
      from: null,
      text: 'There was no roster yet then: by version 3, in force now.',
    });
  });

  test('what is no longer kept is not guessed', async () => {
    await expect(ask(NOW_MS - 2 * DAY_MS, 2)).rejects.toMatchObject({
      exit: 4,
      message: expect.stringContaining('no longer kept: the oldest is version 2'),
    });
  });
});
