/** Grouping by commands: what is open when it changes, and hosts of another version. */
import { afterEach, expect, test } from 'vitest';
import { clientFor } from '../../../src/cli/client.ts';
import type { ToldJson } from '../../../src/relay/api/oncall-wire.ts';
import type { RosterPlanJson } from '../../../src/relay/api/roster-wire.ts';
import type { ClusterHostJson } from '../../../src/relay/cluster/wire.ts';
import { cluster, putIncident, standIn, type StandIn } from './stand-in.ts';

let relay: StandIn | null = null;
afterEach(async () => {
  expect(relay?.faults).toEqual([]);
  await relay?.close();
  relay = null;
});

async function open(hosts?: Partial<ClusterHostJson>[]) {
  const [first] = cluster().hosts;
  const all = hosts?.map((one) => ({ ...(first as ClusterHostJson), ...one }));
  relay = await standIn(all === undefined ? {} : { cluster: { ...cluster(), hosts: all } });
  const client = clientFor({ kind: 'socket', socket: relay.socket });
  await client.post('/v1/services', { id: 'k8s' });
  return { relay, client };
}

test('names the incidents that are open, whose recoveries may come under another key from now on', async () => {
  const { relay: here, client } = await open();
  await putIncident(here.store, { number: 7, service: 'k8s' });
  const words =
    'k8s has incident 7 open: its recovery may come under another key from now on: resolve it by hand if it stays open';
  const edited = await client.post<ToldJson>('/v1/services/k8s', { groupBy: ['cluster'] });
  expect(edited.text).toBe(`Service k8s has policy default, grouped by cluster; ${words}`);
  const back = await client.post<RosterPlanJson>('/v1/roster/plan', { version: 2 });
  expect(back.warnings.map((one) => one.text)).toContain(words);
  const other = await client.post<ToldJson>('/v1/services/k8s', { autoResolve: '2h' });
  expect(other.text, 'what leaves the keys as they are').toBe(
    'Service k8s has policy default, auto-resolve 2h, grouped by cluster',
  );
});

test('waits until all living hosts run one version, since an older one would close a group too early', async () => {
  const { client } = await open([{ version: '0.1.0' }, { name: 'pager-2', version: '0.2.0', state: 'live' }]);
  const refusal = { exit: 5, message: expect.stringMatching(/^Hosts run 0\.1\.0 and 0\.2\.0/) };
  await expect(client.post('/v1/services/k8s', { groupBy: ['cluster'] })).rejects.toMatchObject(refusal);
  await expect(client.post('/v1/services', { id: 'db', groupBy: ['host'] })).rejects.toMatchObject(refusal);
  await client.post('/v1/services/k8s', { groupBy: [] });
});

test('does not wait for a host that is dead', async () => {
  const { client } = await open([{ version: '0.2.0' }, { name: 'pager-2', version: '0.1.0', state: 'dead' }]);
  const edited = await client.post<ToldJson>('/v1/services/k8s', { groupBy: ['cluster'] });
  expect(edited.text).toBe('Service k8s has policy default, grouped by cluster');
});
