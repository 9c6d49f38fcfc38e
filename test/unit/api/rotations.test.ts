/** Rotations, groups, people and services over the control API: each edit tells who is on call differently. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor, type Client } from '../../../src/cli/client.ts';
import type {
  GroupJson,
  PersonDetailJson,
  RotationJson,
  ServiceDetailJson,
  ToldJson,
} from '../../../src/relay/api/oncall-wire.ts';
import { addPolicy } from '../../../src/relay/oncall/edits.ts';
import { standIn, type StandIn } from './stand-in.ts';

const ZONE = 'Europe/Berlin';
/** The stand-in's time is Sat 21 Nov 2026, 03:14 in Berlin: Ana has the week. */
const OPS = {
  id: 'ops',
  zone: ZONE,
  members: ['ana', 'ben'],
  shift: '1 week',
  start: '2026-11-16',
  handoff: '09:00',
  showZone: ZONE,
};
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
const post = (path: string, body: object) => client.post<ToldJson>(path, body);
const refused = (path: string, body: object, exit: number, message: RegExp) =>
  expect(post(path, body)).rejects.toMatchObject({ exit, message: expect.stringMatching(message) });

describe('a rotation', () => {
  test('is added, shown, edited and removed; each edit tells who is on call instead of whom', async () => {
    const added = await post('/v1/rotations', { ...OPS, during: ['mon-fri 09:00-17:00', '22:00-06:00'] });
    expect(added.text).toBe(
      'Added rotation ops (Europe/Berlin): ana, ben, 1 week each, handoff 09:00, since 2026-11-16, only mon-fri 09:00-17:00 and 22:00-06:00',
    );
    expect(added.said[0]).toBe('rotation ops: now - Sat 21 Nov 06:00: ana instead of nobody');
    const changed = await post('/v1/rotations/ops', { always: true, showZone: ZONE });
    expect(changed.said[0]).toBe('rotation ops: Sat 21 Nov 06:00 - Sat 21 Nov 22:00: ana instead of nobody');
    expect(await client.get<RotationJson>('/v1/rotations/ops')).toEqual({
      id: 'ops',
      zone: ZONE,
      layers: [{ members: ['ana', 'ben'], shift: '1 week', start: '2026-11-16', handoff: '09:00' }],
      namedBy: [],
      now: {
        person: 'ana',
        until: '2026-11-23T08:00:00.000Z',
        because: 'rotation ops, week of ana until Mon 09:00 CET',
      },
    });
    const left = await post('/v1/rotations/ops', { remove: ['ana'], showZone: ZONE });
    expect(left.said).toEqual([
      'rotation ops: now - Mon 23 Nov 09:00: ben instead of ana',
      'rotation ops: Mon 30 Nov 09:00 - Mon 7 Dec 09:00: ben instead of ana',
      'rotation ops: Mon 14 Dec 09:00 - and on: ben instead of ana',
    ]);
    await post('/v1/rotations/ops/remove', {});
    expect(await client.get<RotationJson[]>('/v1/rotations')).toEqual([]);
  });

  test('that a policy names says by what, and stays', async () => {
    await post('/v1/rotations', OPS);
    await relay.core.roster.edit('ana', (base) =>
      addPolicy(base, {
        id: 'night',
        levels: [{ people: [], rotations: ['ops'], afterMs: 60_000 }],
        repeat: 0,
      }),
    );
    const [shown] = await client.get<RotationJson[]>('/v1/rotations');
    expect(shown?.namedBy).toEqual(['policy night, level 1']);
    await refused('/v1/rotations/ops/remove', {}, 5, /named by policy night, level 1/);
  });

  test.each<[string, object, number, RegExp]>([
    ['no members', { members: undefined }, 2, /members: is missing/],
    ['somebody unknown', { members: ['zoe'] }, 4, /no person zoe/],
    ['no length of a shift', { shift: '1 fortnight' }, 2, /shift: expected the length/],
    ['hours that are none', { during: ['weekdays'] }, 2, /during: expected hours/],
    ['no time of day', { handoff: '25:00' }, 2, /no time for a handoff/],
    ['no date', { start: '2026-02-30' }, 2, /no date to start on/],
    ['no zone', { zone: 'Mars' }, 2, /no time zone/],
    ['a name that is no text', { members: [1] }, 2, /members\[0\]: must be text/],
  ])('with %s is refused', async (_what, parts, exit, message) => {
    await refused('/v1/rotations', { ...OPS, ...parts }, exit, message);
    expect(relay.core.roster.current().version).toBe(1);
  });

  test('unknown, or with a contradiction, is refused', async () => {
    await refused('/v1/rotations/ops', { add: ['ana'] }, 4, /no rotation ops/);
    await post('/v1/rotations', OPS);
    await refused('/v1/rotations/ops', { always: true, during: ['09:00-17:00'] }, 2, /give one of them/);
    await refused('/v1/rotations/ops', {}, 2, /Nothing is to be changed/);
    await expect(client.get('/v1/rotations/night')).rejects.toMatchObject({ exit: 4 });
  });
});

describe('a group', () => {
  test('is added, edited, shown and removed', async () => {
    expect((await post('/v1/groups', { id: 'dba', people: ['ana'] })).text).toBe('Added group dba: ana');
    const changed = await post('/v1/groups/dba', { add: ['ben'], remove: ['ana'] });
    expect(changed).toMatchObject({ text: 'Changed group dba: ben', said: [], oncall: [], notYetOn: [] });
    expect(await client.get<GroupJson[]>('/v1/groups')).toEqual([
      { id: 'dba', people: ['ben'], namedBy: [] },
    ]);
    expect(await client.get<GroupJson>('/v1/groups/dba')).toEqual({
      id: 'dba',
      people: ['ben'],
      namedBy: [],
    });
    expect((await post('/v1/groups/dba/remove', {})).text).toBe('Removed group dba');
    expect(await client.get<GroupJson[]>('/v1/groups')).toEqual([]);
  });

  test('that a policy names tells who is told by it differently', async () => {
    await post('/v1/groups', { id: 'dba', people: ['ana'] });
    await relay.core.roster.edit('ana', (base) => {
      const all = addPolicy(base, {
        id: 'all',
        levels: [{ people: [], groups: ['dba'], afterMs: 60_000 }],
        repeat: 0,
      });
      return { ...all, services: [{ id: 'default', policy: 'all', keyHashes: ['0'.repeat(64)] }] };
    });
    const changed = await post('/v1/groups/dba', { people: ['ana', 'ben'], zone: ZONE });
    expect(changed.said).toEqual(['default level 1: now - and on: ana, ben instead of ana']);
  });

  test('refuses what cannot be', async () => {
    await refused('/v1/groups', { id: 'dba' }, 2, /people: is missing/);
    await post('/v1/groups', { id: 'dba', people: ['ana'] });
    await refused('/v1/groups/dba', {}, 2, /give at least one/);
    await refused('/v1/groups/dba', { remove: ['ben'] }, 4, /ben is not in group dba/);
    await refused('/v1/groups/dba', { remove: ['ana'] }, 2, /1 to 50 people/);
  });
});

describe('a person', () => {
  test('shows what names them and the shift that comes', async () => {
    await post('/v1/rotations', OPS);
    await post('/v1/groups', { id: 'dba', people: ['ben'] });
    const ben = await client.get<PersonDetailJson>('/v1/people/ben');
    expect(ben).toMatchObject({
      id: 'ben',
      namedBy: ['policy default, level 2', 'rotation ops', 'group dba'],
      absences: [],
      next: { from: '2026-11-23T08:00:00.000Z', until: '2026-11-30T08:00:00.000Z', where: 'ops', note: '' },
    });
    await expect(client.get('/v1/people/zoe')).rejects.toMatchObject({ exit: 4 });
  });

  test('goes when nothing names them any more', async () => {
    await refused('/v1/people/ben/remove', {}, 5, /ben is named by policy default, level 2/);
    await client.post('/v1/people', { id: 'cleo', email: 'cleo@example.com' });
    expect((await post('/v1/people/cleo/remove', {})).text).toBe('Removed cleo (cleo)');
    expect(relay.core.roster.current().people.map(({ id }) => id)).toEqual(['ana', 'ben']);
  });
});

describe('a service', () => {
  test('gets another policy, which tells who is on call for it now, and goes', async () => {
    await client.post('/v1/policies', { id: 'night', levels: [{ people: ['ben'] }] });
    await client.post('/v1/services', { id: 'db' });
    const changed = await post('/v1/services/db', { policy: 'night', zone: ZONE });
    expect(changed.text).toBe('Service db has policy night');
    expect(changed.said).toEqual([
      'db level 1: now - and on: ben instead of ana',
      'db level 2: now - and on: nobody instead of ben',
    ]);
    const shown = await client.get<ServiceDetailJson>(`/v1/services/db?zone=${ZONE}`);
    expect(shown).toMatchObject({
      name: 'db',
      policy: 'night',
      routingKey: null,
      oncall: { service: 'db', levels: [{ level: 1, people: [{ person: 'ben' }] }] },
    });
    const quiet = await post('/v1/services/db', { autoResolve: '90m' });
    expect(quiet.text).toBe('Service db has policy night, auto-resolve 1h30m');
    expect(relay.core.roster.current().services.at(-1)).toMatchObject({ autoResolveMs: 5_400_000 });
    await post('/v1/services/db', { autoResolve: 'never' });
    expect(await client.get(`/v1/services/db?zone=${ZONE}`)).toMatchObject({ autoResolve: 'never' });
    expect((await post('/v1/services/db', { autoResolve: 'default' })).text).toBe(
      'Service db has policy night',
    );
    expect((await post('/v1/services/db', { groupBy: ['cluster', 'host'] })).text).toBe(
      'Service db has policy night, grouped by cluster, host',
    );
    expect(await client.get(`/v1/services/db?zone=${ZONE}`)).toMatchObject({ groupBy: ['cluster', 'host'] });
    expect((await post('/v1/services/db', { groupBy: [] })).text).toBe('Service db has policy night');
    expect((await post('/v1/services/db', { flapping: '3/20m/1h' })).text).toBe(
      'Service db has policy night, flapping 3/20m/1h',
    );
    await refused('/v1/services/db', { flapping: '1/20m/1h' }, 2, /does not say when something flaps/);
    await post('/v1/services/db', { flapping: 'off' });
    expect(await client.get(`/v1/services/db?zone=${ZONE}`)).toMatchObject({ flapping: 'off' });
    await post('/v1/services/db', { flapping: 'default' });
    await refused('/v1/services/db', { groupBy: ['a b'] }, 2, /"a b" is no name of a label/);
    await refused('/v1/services/db', { groupBy: ['a', 'a'] }, 2, /Name each label once|grouped by a, a/);
    await refused('/v1/services/db', { autoResolve: '2s' }, 2, /resolve itself after 2s/);
    await refused('/v1/services/db', {}, 2, /give what is to be changed/);
    await expect(client.get('/v1/services/db?zone=Mars')).rejects.toMatchObject({ exit: 2 });
    expect((await post('/v1/services/db/remove', {})).text).toBe(
      'Removed service db: what still comes for it goes to default',
    );
    await expect(client.get('/v1/services/db')).rejects.toMatchObject({ exit: 4 });
    await refused('/v1/services/default/remove', {}, 5, /takes every alert/);
  });
});
