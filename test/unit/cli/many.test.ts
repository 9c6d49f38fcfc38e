import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actOnMany, type ManyParts } from '../../../src/cli/act-many.ts';
import { clientFor, type Client } from '../../../src/cli/client.ts';
import type { QuickValues } from '../../../src/cli/quick-command.ts';
import type { IncidentJson } from '../../../src/relay/api/wire.ts';
import { putIncident, standIn, type StandIn } from '../api/stand-in.ts';
import { capture, runQuick, type Ran } from './run-quick.ts';

let relay: StandIn;
beforeEach(async () => {
  relay = await standIn();
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
});

/** Somebody at the terminal who answers like this; null: nobody. */
function many(
  action: 'ack' | 'resolve',
  values: QuickValues,
  says: boolean | null,
  parts: Partial<ManyParts> & { change?: (client: Client) => Client } = {},
): Promise<Ran & { asked: string[] }> {
  const asked: string[] = [];
  const { change = (client) => client, ...more } = parts;
  const client = change(clientFor({ kind: 'socket', socket: relay.socket }));
  const confirm = async (question: string): Promise<boolean | null> => {
    asked.push(question);
    return says;
  };
  return capture(relay, (io) =>
    actOnMany(action, client, { as: 'ana', ...values }, io, { confirm, nowMs: () => 0, ...more }),
  ).then((ran) => ({ ...ran, asked }));
}

async function open(count: number, fields: Partial<IncidentJson> = {}, from = 1): Promise<void> {
  for (let number = from; number < from + count; number += 1)
    await putIncident(relay.store, { number, ...fields });
}

const commands = (): string[] =>
  relay.accepted.map(({ input }) =>
    input.kind === 'command' ? `${input.action} ${input.number}` : input.kind,
  );

describe('many incidents at once', () => {
  test('of a service: shown, asked about, and only that service', async () => {
    await open(2, { service: 'db' });
    await open(1, { service: 'web' }, 3);
    await open(1, { service: 'db', status: 'acknowledged' }, 4);
    const ran = await many('ack', { service: 'db' }, true);
    expect(ran.asked).toEqual(['Acknowledge 2 incidents? [y/N] ']);
    expect(ran.out).toMatch(/disk full on db2[\s\S]*disk full on db1\nAcknowledged 2 incidents\.\n$/);
    expect(ran.exit).toBe(0);
    expect(commands().sort()).toEqual(['ack 1', 'ack 2']);
  });

  test('without a question what was done is listed: nobody has seen it before', async () => {
    await open(22, { service: 'db' });
    const ran = await many('ack', { service: 'db', yes: true }, null);
    expect(ran.asked).toEqual([]);
    expect(ran.out).toMatch(
      /^Acknowledged 22 incidents\.\n( {2}#\d+ disk full on db\d+\n){20} {2}and 2 more\n$/,
    );
  });

  test('everything that is open is resolved, also what is acknowledged', async () => {
    await open(1);
    await open(1, { status: 'acknowledged' }, 2);
    await open(1, { status: 'resolved' }, 3);
    await many('resolve', { all: true, yes: true }, null);
    expect(commands().sort()).toEqual(['resolve 1', 'resolve 2']);
  });

  test('a no changes nothing; where nobody is there, nor does it go on', async () => {
    await open(2);
    expect(await many('ack', { all: true }, false)).toMatchObject({ exit: 1, err: 'Nothing is changed.\n' });
    const unasked = await many('ack', { all: true }, null);
    expect(unasked.exit).toBe(2);
    expect(unasked.err).toContain('Nobody is there to say yes to 2 incidents: nothing is changed.');
    expect(await many('ack', { all: true, json: true }, true)).toMatchObject({ exit: 2, out: '' });
    expect(commands()).toEqual([]);
  });

  test('a hundred and twenty go by pages, each once, and it tells how far it is', async () => {
    await open(120);
    let now = 0;
    const ran = await many('ack', { all: true, yes: true, json: true }, null, {
      nowMs: () => (now += 2_500),
    });
    expect(ran.err).toBe('50 of 120 ...\n100 of 120 ...\n');
    const done = ran.json() as { number: number; status: string; text: string }[];
    expect(new Set(done.map((one) => one.number)).size).toBe(120);
    expect(done[0]).toMatchObject({ number: 120, status: 'acknowledged', text: '#120 acknowledged by ana' });
    expect(commands()).toHaveLength(120);
  });

  test('what opens meanwhile is left alone', async () => {
    await open(60);
    const change = (client: Client): Client => ({
      ...client,
      post: async <T>(path: string, body: unknown): Promise<T> => {
        await putIncident(relay.store, { number: 99 });
        return client.post<T>(path, body);
      },
    });
    await many('ack', { all: true, yes: true }, null, { change });
    expect(commands()).toHaveLength(60);
    expect(commands()).not.toContain('ack 99');
  });

  test('what breaks off says how far it came; again, it goes on with the rest', async () => {
    await open(60);
    const { accept } = relay.core;
    relay.core.accept = async (inputs) => {
      if (inputs.length < 50) throw new Error('the disk is gone');
      return accept(inputs);
    };
    const broken = await many('ack', { all: true, yes: true }, null);
    expect(broken.exit).toBe(1);
    expect(broken.err).toContain('50 of 60 are done; the same command goes on with the rest.');
    relay.faults.length = 0;
    relay.core.accept = accept;
    expect((await many('ack', { all: true, yes: true }, null)).out).toContain('Acknowledged 10 incidents.');
    expect(new Set(commands()).size).toBe(60);
  });

  test('what could not be carried out in time is named, and exits 1', async () => {
    await open(2);
    relay.core.whenDone = async () => false;
    const ran = await many('ack', { all: true, yes: true }, null);
    expect(ran).toMatchObject({ exit: 1 });
    expect(ran.out).toContain('Acknowledged 0 incidents.');
    expect(ran.err).toContain('#1: ack is recorded and will be carried out; it is still triggered');
  });

  test('with nothing open it says so; a service that nobody has is not found', async () => {
    expect(await many('ack', { service: 'default' }, null)).toMatchObject({
      exit: 0,
      out: 'Nothing is open to acknowledge.\n',
    });
    expect((await many('ack', { service: 'bd' }, null)).exit).toBe(4);
  });

  test('neither numbers nor what to take, or both, is a usage error', async () => {
    expect((await runQuick(relay, 'ack')).exit).toBe(2);
    expect((await runQuick(relay, 'resolve', ['1'], { all: true })).exit).toBe(2);
  });

  test('numbers that nobody has are named among the others', async () => {
    await open(1);
    const client = clientFor({ kind: 'socket', socket: relay.socket });
    const { acted } = await client.post<{ acted: unknown[] }>('/v1/incidents/ack', {
      numbers: [1, 7, 1],
      as: 'ana',
    });
    expect(acted).toMatchObject([
      { number: 1, text: '#1 acknowledged by ana' },
      { number: 7, incident: null, text: 'There is no incident 7' },
    ]);
    await expect(client.post('/v1/incidents/ack', { numbers: [], as: 'ana' })).rejects.toMatchObject({
      exit: 2,
    });
    await expect(client.post('/v1/incidents/ack', { numbers: [1.5] })).rejects.toMatchObject({ exit: 2 });
  });
});
