import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { QuickCommand, QuickValues } from '../../../src/cli/quick-command.ts';
import { NOW_MS, putIncident, standIn, status } from '../api/stand-in.ts';
import type { StandIn } from '../api/stand-in.ts';
import { QUICK, runQuick } from './run-quick.ts';

let relay: StandIn;
beforeEach(async () => {
  relay = await standIn();
});
afterEach(() => relay.close());
const run = (name: string, args: string[] = [], values: QuickValues = {}) =>
  runQuick(relay, name, args, values);

describe('what others script against', () => {
  test('incidents --json', async () => {
    await putIncident(relay.store, { number: 1, status: 'resolved' });
    await putIncident(relay.store, { number: 2 });
    const ran = await run('incidents', [], { json: true });
    expect(ran.json()).toEqual([
      {
        number: 2,
        service: 'default',
        dedupKey: 'key 2',
        status: 'triggered',
        severity: 'critical',
        summary: 'disk full on db2',
        openedAt: new Date(NOW_MS - 180_000).toISOString(),
        events: 1,
        assignedTo: ['ana'],
      },
    ]);
    expect((await run('incidents', [], { json: true, all: true })).json()).toHaveLength(2);
    expect((await run('incidents')).out).toContain('disk full on db2');
  });

  test('incident show --json has the timeline and the messages too', async () => {
    const incident = await putIncident(relay.store, { number: 2 }, [
      { atMs: NOW_MS, kind: 'opened', text: 'a mail', actor: 'relay' },
    ]);
    const timeline = [{ at: new Date(NOW_MS).toISOString(), kind: 'opened', text: 'a mail', actor: 'relay' }];
    expect((await run('incident-show', ['#2'], { json: true })).json()).toEqual({
      ...incident,
      timeline,
      messages: [],
    });
  });

  test('send --json', async () => {
    const ran = await run('send', ['disk full'], { json: true, key: 'disk', severity: 'critical' });
    expect(ran.json()).toEqual({ number: expect.any(Number), status: 'triggered', dedupKey: 'disk' });
  });

  test('service add --json is one entry of services', async () => {
    const ran = await run('service-add', ['db'], { json: true, policy: 'default' });
    expect(ran.json()).toEqual({
      name: 'db',
      email: 'db@alerts.example',
      emailWithKey: expect.stringMatching(/^db-[0-9a-f]{32}@alerts\.example$/),
      routingKey: expect.stringMatching(/^[0-9a-f]{32}$/),
      url: expect.stringMatching(/^http:/),
      notYetOn: [],
    });
    const human = await run('service-key', ['db']);
    expect(human.out).toMatch(/curl -d 'disk full' http:\/\/127\.0\.0\.1:8080\/s\/[0-9a-f]{32}\n/);
  });

  test('status and the overview', async () => {
    expect((await run('status', [], { json: true })).json()).toEqual(status());
    expect((await run('overview', [], { json: true })).json()).toMatchObject({
      incidents: [],
      status: status(),
    });
    expect((await run('overview')).out).toMatch(
      /No open incidents\.\n\nOn call\n {2}default {2}level 1 {2}ana\n/,
    );
  });

  test('every list and every change has JSON', async () => {
    await run('oncall-set', ['ben'], { for: '8h', as: 'ana' });
    for (const [name, shown] of [
      ['oncall', 'override'],
      ['person-list', 'ana@example.com'],
      ['service-list', 'default@alerts.example'],
      ['policy-list', 'ana 5m > ben 5m'],
    ] as const) {
      const ran = await run(name, [], { json: true });
      expect(ran.json(), name).toEqual(expect.arrayContaining([expect.any(Object)]));
      expect((await run(name)).out, name).toContain(shown);
    }
    const added = await run('person-add', ['carol'], { json: true, email: 'carol@example.com' });
    expect(added.json()).toMatchObject({ id: 'carol', name: 'carol' });
    const edited = await run('person-edit', ['carol'], { json: true, name: 'Carol', phone: '+15550103' });
    expect(edited.json()).toEqual({
      id: 'carol',
      name: 'Carol',
      contacts: [
        { channel: 'email', address: 'carol@example.com' },
        { channel: 'sms', address: '+15550103' },
      ],
      notYetOn: [],
    });
  });

  test('person edit says how somebody is reached now, and what is still off', async () => {
    const phone = relay.core.roster.current().people[0]?.contacts[0];
    Object.assign(phone ?? {}, { disabled: 'opted out by "STOP"' });
    expect((await run('person-edit', ['ana'], { name: 'Ana Lopez' })).out).toBe(
      'Saved ana (Ana Lopez): sms +15550100 (off: opted out by "STOP"), email ana@example.com\n' +
        'Try it: relay test ana\n',
    );
    expect((await run('person-edit', ['ana'], { phone: '+15550100', email: '' })).out).toMatch(
      /^Saved ana \(Ana Lopez\): sms \+15550100\n/,
    );
  });
});

describe('acknowledging from the shell', () => {
  test('records --as, else the user', async () => {
    await putIncident(relay.store, { number: 1 });
    await putIncident(relay.store, { number: 2 });
    expect(await run('ack', ['1'], { as: 'ana' })).toMatchObject({
      exit: 0,
      out: '#1 acknowledged by ana\n',
    });
    expect((await run('resolve', ['2'])).exit).toBe(0);
    const actors = relay.accepted.map(({ input }) => (input.kind === 'command' ? input.actor : null));
    expect(actors).toEqual(['ana', expect.stringMatching(/./)]);
  });

  test('of a resolved incident says so and exits 0', async () => {
    await putIncident(relay.store, { number: 1, status: 'resolved' });
    for (const name of ['ack', 'resolve']) {
      expect(await run(name, ['1'])).toMatchObject({ exit: 0, out: '#1 is already resolved\n' });
    }
  });

  test('of several tries each, and the first failure is the exit code', async () => {
    await putIncident(relay.store, { number: 1 });
    await putIncident(relay.store, { number: 3 });
    const ran = await run('ack', ['1', '2', '3'], { as: 'ana' });
    expect(ran).toMatchObject({ exit: 4, out: '#1 acknowledged by ana\n#3 acknowledged by ana\n' });
    expect(ran.err).toBe('There is no incident 2.\n');
  });

  test('--json is the incident as it is now; a list for several', async () => {
    await putIncident(relay.store, { number: 1 });
    const one = { number: 1, status: 'acknowledged', text: expect.any(String) };
    expect((await run('ack', ['1'], { json: true })).json()).toMatchObject(one);
    expect((await run('ack', ['1', '1'], { json: true })).json()).toMatchObject([one, one]);
  });
});

describe('oncall set', () => {
  test('echoes whom, until when and where', async () => {
    const ran = await run('oncall-set', ['ben'], { for: '8h' });
    expect(ran.exit).toBe(0);
    expect(ran.out).toMatch(/^Ben until .+ on every policy, level 1\nTold of it: ben, ana\n$/);
  });

  test('an end is looked for after the beginning', async () => {
    const { timesOf } = await import('../../../src/cli/quick/oncall-set.ts');
    const friday = Date.UTC(2026, 10, 27, 17);
    expect(timesOf({ from: 'fri 18:00', until: 'mon 09:00' }, NOW_MS, 'Europe/Berlin')).toEqual({
      fromMs: friday,
      untilMs: Date.UTC(2026, 10, 30, 8),
    });
    expect(timesOf({ from: 'fri 18:00', for: '2h' }, NOW_MS, 'Europe/Berlin').untilMs).toBe(
      friday + 7_200_000,
    );
    expect(timesOf({}, NOW_MS, 'Europe/Berlin')).toEqual({ fromMs: undefined, untilMs: undefined });
  });

  test.each([
    ['both ends', { for: '8h', until: '18:00' }],
    ['level 0', { level: '0' }],
    ['an end before the beginning', { from: '2026-12-02', until: '2026-12-01' }],
  ])('%s is wrong usage', async (_what, values) => {
    expect((await run('oncall-set', ['ben'], values)).exit).toBe(2);
  });
});

describe('exit codes', () => {
  test.each([
    ['2 wrong usage', 'send', ['x'], { severity: 'bad' }, 2],
    ['2 no number', 'incident-show', ['twelve'], {}, 2],
    ['4 not found', 'incident-show', ['12'], {}, 4],
    ['2 nothing to change', 'person-edit', ['ana'], {}, 2],
    ['4 nobody of that name', 'person-edit', ['zoe'], { name: 'Zoe' }, 4],
    ['5 a phone of somebody else', 'person-edit', ['ben'], { phone: '+15550100' }, 5],
    ['5 conflict', 'person-add', ['ana'], { email: 'a@example.com' }, 5],
  ])('%s', async (_what, name, args, values, exit) => {
    expect((await run(name, args, values)).exit).toBe(exit);
  });

  test('3 without a daemon: says which socket and how to start it', async () => {
    await relay.api.close();
    const ran = await run('status');
    expect(ran.exit).toBe(3);
    expect(ran.err).toContain(relay.socket);
    expect(ran.err).toContain('relay start');
  });

  test('3 when nobody answers at RELAY_URL', async () => {
    const { quick } = await import('../../../src/cli/quick/status.ts');
    const io = { out: () => {}, err: () => {}, tty: false, columns: 80, cwd: join(relay.dir, '..') };
    const env = { RELAY_URL: 'http://127.0.0.1:9', RELAY_TOKEN: 't' };
    await expect(quick.run([], {}, { ...io, env })).rejects.toMatchObject({
      exit: 3,
      message: expect.stringContaining('http://127.0.0.1:9'),
    });
  });

  test('tail of what is not there ends: it would be silent for ever', async () => {
    expect(await run('tail', [], { person: 'dee' })).toMatchObject({ exit: 4, out: '' });
    expect(await run('tail', [], { incident: '999' })).toMatchObject({ exit: 4, out: '' });
  });

  test('tail ends with 0 when the daemon stops', async () => {
    const ended = run('tail', [], { json: true });
    await relay.feed.listeners(1);
    relay.feed.publish({ atMs: NOW_MS, kind: 'opened', text: 'disk full', actor: 'relay', incident: 7 });
    await relay.api.close();
    const ran = await ended;
    expect(ran).toMatchObject({ exit: 0, err: 'The daemon has stopped.\n' });
    expect(ran.json()).toMatchObject({ incident: 7, text: 'disk full' });
  });
});

test('every quick command is one that can be run', async () => {
  const shared = [
    'act.ts',
    'values.ts',
    'days.ts',
    'edit-call.ts',
    'layer-values.ts',
    'meant-zone.ts',
    'month.ts',
  ];
  for (const file of readdirSync(QUICK).filter((one) => !shared.includes(one))) {
    const { quick } = (await import(join(QUICK, file))) as { quick: QuickCommand };
    expect(quick.args.min, file).toBeLessThanOrEqual(quick.args.max);
  }
});
