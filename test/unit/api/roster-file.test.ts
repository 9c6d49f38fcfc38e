/** The roster as a file, over the control API. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor } from '../../../src/cli/client.ts';
import type { Client } from '../../../src/cli/client.ts';
import type { ToldJson } from '../../../src/relay/api/oncall-wire.ts';
import type {
  RosterAppliedJson,
  RosterPlanJson,
  RosterTextJson,
  RosterVersionJson,
} from '../../../src/relay/api/roster-wire.ts';
import { NOW_MS, putIncident, standIn } from './stand-in.ts';
import type { StandIn } from './stand-in.ts';

let relay: StandIn;
let client: Client;
beforeEach(async () => {
  relay = await standIn({ behind: ['pager-2'] });
  client = clientFor({ kind: 'socket', socket: relay.socket });
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
});

const text = async (): Promise<string> => (await client.get<RosterTextJson>('/v1/roster/file')).text;
const version = (): number => relay.core.roster.current().version;

describe('a plan', () => {
  test('says what would change and changes nothing', async () => {
    const wish = (await text()).replace(
      '- {people: [ben], after: 5m}',
      '- {people: [ben], after: 5m}\n      - {people: [ana], after: 1m}',
    );
    const plan = await client.post<RosterPlanJson>('/v1/roster/plan', { text: wish, zone: 'Europe/Berlin' });
    expect(plan).toMatchObject({
      version: 1,
      problems: [],
      changes: 'roster',
      oncall: [
        {
          of: 'service',
          id: 'default',
          level: 3,
          from: new Date(NOW_MS).toISOString(),
          until: new Date(NOW_MS + 28 * 86_400_000).toISOString(),
          before: [],
          after: ['ana'],
        },
      ],
      more: 0,
      said: { oncall: ['default level 3: now - and on: ana instead of nobody'], jumps: [] },
    });
    expect(plan.lines.filter((line) => /^[-+]/.test(line))).toEqual(['+      - {people: [ana], after: 1m}']);
    expect(version()).toBe(1);
  });

  test('tells problems, and nothing else', async () => {
    const plan = await client.post<RosterPlanJson>('/v1/roster/plan', {
      text: 'people:\n  ana: {phone: 12}\n  ben: {email: ben@example.com}\nrota: {}\n',
    });
    expect(plan.problems.map(({ line, column, at }) => [line, column, at])).toEqual([
      [2, 16, 'people.ana.phone'],
      [4, 1, 'rota'],
    ]);
    expect(plan).toMatchObject({ changes: 'nothing', inWords: [], lines: [], oncall: [] });
  });

  test.each([
    ['neither a text nor a version', {}],
    ['both', { text: 'people: {}', version: 1 }],
    ['a text that is none', { text: 12 }],
    ['broken Unicode', { text: '\ud800' }],
    ['a zone that is none', { text: '', zone: 'Mars/Olympus' }],
    ['a field that is not known', { text: '', force: true }],
  ])('%s is refused', async (_what, body) => {
    await expect(client.post('/v1/roster/plan', body)).rejects.toMatchObject({ exit: 2 });
  });
});

describe('applying', () => {
  test('makes one version of all of it, kept as text, and names hosts that lack it', async () => {
    const wish = `${(await text()).replace('name: Ana', 'name: Ana Lopez')}# the end\n`;
    const done = await client.post<RosterAppliedJson>('/v1/roster/apply', { text: wish, by: 'ben' });
    expect(done).toMatchObject({
      version: 2,
      notYetOn: ['pager-2'],
      plan: { inWords: ['~ person ana, name: Ana -> Ana Lopez'] },
    });
    expect(relay.core.roster.current().people[0]?.name).toBe('Ana Lopez');
    expect(await text()).toBe(wish.replace('# version: 1\n', '# version: 2\n'));
    expect(await client.get<RosterVersionJson[]>('/v1/roster/history')).toEqual([
      {
        version: 2,
        at: new Date(NOW_MS).toISOString(),
        by: 'ben',
        changes: ['~ person ana, name: Ana -> Ana Lopez'],
      },
      { version: 1, at: new Date(NOW_MS).toISOString(), by: 'init', changes: ['the first roster'] },
    ]);
  });

  test('makes no version when nothing changes, and one when only comments do', async () => {
    const wish = await text();
    expect(await client.post('/v1/roster/apply', { text: wish })).toMatchObject({
      version: 1,
      plan: { changes: 'nothing' },
    });
    const commented = `# ours\n${wish}`;
    const done = await client.post<RosterAppliedJson>('/v1/roster/apply', { text: commented });
    expect(done).toMatchObject({ version: 2, plan: { changes: 'text', inWords: [], oncall: [] } });
    const again = await client.post<RosterAppliedJson>('/v1/roster/apply', { text: await text() });
    expect(again).toMatchObject({ version: 2, plan: { changes: 'nothing' } });
  });

  test('is all or nothing: one problem, and everything stays', async () => {
    const before = relay.core.roster.current();
    const wish = `${(await text()).replace('name: Ana', 'name: Ana Lopez')}overrides:\n  - {person: zoe, policy: default, from: 2026-12-01T00:00:00Z}\n`;
    await expect(client.post('/v1/roster/apply', { text: wish })).rejects.toMatchObject({
      exit: 2,
      message: expect.stringMatching(/^\d+:\d+: overrides\[0\]\.person: there is no person "zoe"/),
    });
    expect(relay.core.roster.current()).toBe(before);
  });

  test('a text from an older version is refused with what has changed since, unless it is overruled', async () => {
    const wish = (await text()).replace('name: Ben', 'name: Ben O.');
    await client.post('/v1/people', { id: 'carol', email: 'carol@example.com' });
    await expect(client.post('/v1/roster/apply', { text: wish })).rejects.toMatchObject({
      exit: 5,
      message:
        'This was made from version 1 of the roster, which is at version 2 by now. Since then:\n  + person carol: name carol, email carol@example.com',
      cure: expect.stringMatching(/--base 2/),
    });
    await expect(client.post('/v1/roster/plan', { text: wish })).rejects.toMatchObject({ exit: 5 });
    await expect(client.post('/v1/roster/apply', { text: wish, base: 9 })).rejects.toMatchObject({ exit: 5 });
    // Overruled: carol goes again, as the plan says.
    const done = await client.post<RosterAppliedJson>('/v1/roster/apply', { text: wish, base: 2 });
    expect(done).toMatchObject({
      version: 3,
      plan: { inWords: ['~ person ben, name: Ben -> Ben O.', '- person carol'] },
    });
  });

  test('what comes between the look and the commit refuses it', async () => {
    const wish = (await text()).replace('name: Ben', 'name: Ben O.');
    const { edit } = relay.core.roster;
    relay.core.roster.edit = async (by, change, kept) => {
      relay.core.roster.edit = edit;
      await client.post('/v1/people', { id: 'carol', email: 'carol@example.com' });
      return edit(by, change, kept);
    };
    await expect(client.post('/v1/roster/apply', { text: wish })).rejects.toMatchObject({
      exit: 5,
      message: expect.stringContaining('+ person carol'),
    });
    expect(relay.core.roster.current().people.map((one) => one.name)).toEqual(['Ana', 'Ben', 'carol']);
  });
});

describe('going back', () => {
  test('makes a new version equal to the old one, its text too', async () => {
    const first = `# first\n${await text()}`;
    await client.post('/v1/roster/apply', { text: first });
    await client.post('/v1/people', { id: 'carol', email: 'carol@example.com' });
    const plan = await client.post<RosterPlanJson>('/v1/roster/plan', { version: 2 });
    expect(plan).toMatchObject({ version: 3, changes: 'roster', inWords: ['- person carol'] });
    const done = await client.post<RosterAppliedJson>('/v1/roster/rollback', {
      version: 2,
      base: 3,
      by: 'ana',
    });
    expect(done.version).toBe(4);
    const { version: _version, ...now } = relay.core.roster.current();
    const { version: _then, ...then } = (await relay.core.rosterHistory.version(2))?.roster ?? { version: 0 };
    expect(now).toEqual(then);
    expect(await text()).toBe(first.replace('# version: 1\n', '# version: 4\n'));
  });

  test('leaves calendar addresses as they are: a revoked one stays revoked', async () => {
    const link = { id: 'a', of: { person: 'ana' }, tokenHash: 'f'.repeat(64), by: 'ana', madeAtMs: NOW_MS };
    await relay.core.roster.edit('ana', (base) => ({ ...base, calendarLinks: [link] }));
    await relay.core.roster.edit('ana', (base) => ({ ...base, calendarLinks: [] }));
    await client.post('/v1/people/ana', { name: 'Ana L.' });
    await client.post('/v1/roster/rollback', { version: 2 });
    expect(relay.core.roster.current()).toMatchObject({ calendarLinks: [], people: [{ name: 'Ana' }, {}] });
  });

  test('says whose alerts and which open incidents are told as for the default service from then on', async () => {
    const levels = [{ names: ['ben'], afterMs: 300_000 }];
    await client.post('/v1/policies', { id: 'night', levels });
    await client.post('/v1/services', { id: 'db', policy: 'night' });
    await putIncident(relay.store, { number: 7, service: 'db' });
    const plan = await client.post<RosterPlanJson>('/v1/roster/plan', { version: 1 });
    expect(plan.said.oncall).toEqual([
      'db level 1: now - and on: ana instead of ben',
      'db level 2: now - and on: ben instead of nobody',
    ]);
    expect(plan.warnings.map((one) => one.text)).toContain(
      'db has incident 7 open: it goes on as for default',
    );
    const removed = await client.post<ToldJson>('/v1/services/db/remove', {});
    expect(removed.text).toBe(
      'Removed service db: what still comes for it goes to default; db has incident 7 open: it goes on as for default',
    );
    expect(removed.said).toEqual(plan.said.oncall);
  });

  test('to a version that is not kept is refused', async () => {
    await expect(client.post('/v1/roster/rollback', { version: 7 })).rejects.toMatchObject({ exit: 4 });
  });
});
