import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errandOf } from '../../../src/cli/hand-in/errand.ts';
import { errandFile } from '../../../src/relay/config/outbox.ts';
import { handedIn, OutboxWatch } from '../../../src/relay/daemon/handed-in.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { connect } from '../../../src/cli/client.ts';
import { configFor } from '../cli/run-quick.ts';
import { NOW_MS, standIn, type StandIn } from '../api/stand-in.ts';

let relay: StandIn;
let folder: string;
let raised: Map<string, string>;
beforeEach(async () => {
  relay = await standIn();
  folder = join(relay.dir, 'outbox');
  await mkdir(folder);
  raised = new Map();
});
afterEach(() => relay.close());

/** Says it a second after the one before; resolves with the file's name. */
async function kept(said: Record<string, unknown>, path = '/v1/send'): Promise<string> {
  const { body } = errandOf(path, said);
  const saidAtMs = NOW_MS - 3_600_000 + (await readdir(folder)).length * 1_000;
  const name = errandFile({ ...body, saidAtMs });
  await writeFile(join(folder, name), JSON.stringify({ path, body: { ...body, saidAtMs } }));
  return name;
}

async function look(): Promise<void> {
  const watch = newWatch();
  await watch.start();
  await watch.stop();
}

const newWatch = (): OutboxWatch =>
  new OutboxWatch({
    folder,
    core: () => relay.core,
    clock: { wallMs: () => NOW_MS, monoMs: () => 0, after: () => () => {} },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    problems: {
      raise: (key, what) => void raised.set(key, what),
      clear: (key) => void raised.delete(key),
    },
  });

const taken = (): string[] =>
  relay.accepted.flatMap(({ input }) =>
    input.kind === 'alert' ? input.events.map((one) => one.summary) : [],
  );

test('what commands left is taken in the order in which it was said, and gone', async () => {
  await kept({ text: 'disk full' });
  await kept({ text: 'disk fuller' });
  await look();
  expect(taken()).toEqual(['disk full', 'disk fuller']);
  expect(await readdir(folder)).toEqual([]);
});

test('whoever says that something is over has what lies here taken first: its beginning may be there', async () => {
  await kept({ text: 'disk full', key: 'disk' });
  const watch = newWatch();
  relay.core.takeKept = () => watch.look();
  const client = await connect({ config: configFor(relay) }, { env: {}, cwd: relay.dir });
  await client.post('/v1/send', { text: 'cpu hot' });
  await client.post('/v1/send', { text: 'disk has room', key: 'disk', resolve: true });
  await watch.stop();
  expect(taken()).toEqual(['cpu hot', 'disk full', 'disk has room']);
});

test('one that can not be read holds up no other, and is a problem until somebody has looked', async () => {
  await mkdir(join(folder, await kept({ text: 'x' }).then((name) => `0${name}`)));
  await kept({ text: 'disk full' });
  await look();
  expect(taken()).toEqual(['x', 'disk full']);
  expect(raised.get('outbox')).toContain('1 alert');
});

test('while nothing can be promised all of it stays, in its order', async () => {
  const { accept } = relay.core;
  let tries = 0;
  relay.core.accept = () => {
    tries += 1;
    return Promise.reject(new StoreUnavailableError('no quorum'));
  };
  const names = [
    await kept({ text: 'disk full', key: 'disk' }),
    await kept({ text: 'fine', key: 'disk', resolve: true }),
  ];
  await look();
  expect(tries).toBe(1);
  expect((await readdir(folder)).toSorted()).toEqual(names.toSorted());
  relay.core.accept = accept;
  await look();
  expect(taken()).toEqual(['disk full', 'fine']);
});

test('what the roster lacks is judged only by a host that can read it: an alert is the default service’s, a ping is refused', async () => {
  const name = await kept({ text: 'disk full', service: 'new' });
  const ping = await kept({ heartbeat: 'new', what: 'fail' }, '/v1/ping');
  relay.core.rosterIsSure = () => false;
  await look();
  expect((await readdir(folder)).toSorted()).toEqual([name, ping].toSorted());
  await expect(handedIn(relay.core, '/v1/ping', { heartbeat: 'new' })).rejects.toThrow(StoreUnavailableError);
  relay.core.rosterIsSure = () => true;
  await look();
  expect(await readdir(join(folder, 'refused'))).toEqual([ping]);
  expect(taken()).toEqual(['disk full']);
  expect(raised.get('outbox')).toContain('1 alert');
});

test('only calls that make sense on any host are taken from one', async () => {
  for (const path of ['/v1/roster', '/v1/send/../roster', '/v1/incidents/1/ack', '__proto__'])
    await expect(handedIn(relay.core, path, {})).rejects.toThrow(/can't be handed in here/);
});

test('one id says one thing: another alert under it is another, the same again is not', async () => {
  const body = { text: 'disk full', id: 'nightly' };
  await handedIn(relay.core, '/v1/send', { ...body, saidAtMs: NOW_MS - 10 });
  await handedIn(relay.core, '/v1/send', body);
  await handedIn(relay.core, '/v1/send', { text: 'cpu hot', id: 'nightly' });
  await handedIn(relay.core, '/v1/send', { ...body, resolve: true });
  const byId = new Map(relay.accepted.map(({ id, input }) => [id, input]));
  expect([...byId.values()]).toMatchObject([
    { events: [{ action: 'trigger', summary: 'disk full' }] },
    { events: [{ action: 'trigger', summary: 'cpu hot' }] },
    { events: [{ action: 'resolve', summary: 'disk full' }] },
  ]);
});
