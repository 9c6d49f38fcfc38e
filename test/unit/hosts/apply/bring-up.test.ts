import { existsSync, rmSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logins } from '../../../../src/relay/hosts/apply/logins.ts';
import { readStates } from '../../../../src/relay/hosts/apply/node-state.ts';
import { nodesUp } from '../../../../src/relay/hosts/apply/nodes-up.ts';
import { PHASES } from '../../../../src/relay/hosts/apply/phases.ts';
import { canaries, relaysUp } from '../../../../src/relay/hosts/apply/relays-up.ts';
import { firstRoster } from '../../../../src/relay/hosts/apply/roster.ts';
import { schema } from '../../../../src/relay/hosts/apply/schema.ts';
import type { WholePhase } from '../../../../src/relay/hosts/apply/work.ts';
import { hostOf } from '../components/five-hosts.ts';
import { ClusterOfFolders, type Wish } from './cluster-of-folders.ts';

const NODE = 'relay-cassandra.service';
const RELAY = 'relay.service';
const HOSTS = [
  hostOf('a1', 'hetzner', '192.0.2.1'),
  hostOf('a2', 'hetzner', '192.0.2.2'),
  hostOf('b1', 'netcup', '198.51.100.1'),
];
const NAMES = HOSTS.map(({ name }) => name);

let cluster: ClusterOfFolders;
beforeEach(async () => {
  cluster = await ClusterOfFolders.of(HOSTS, { rosterFile: '/srv/cluster/roster.yaml' });
  await cluster.answers('cluster status', clusterSays(3));
});
afterEach(async () => cluster[Symbol.asyncDispose]());

const clusterSays = (canaryAgeSeconds: number | null, verdict = 'well'): string =>
  JSON.stringify({
    verdict,
    text: `it is ${verdict}`,
    asked: 'a1',
    nodes: [],
    quorum: null,
    hosts: NAMES.map((name) => ({ name, state: 'live', canaryAgeSeconds })),
  });

const all = (wish: Wish): Record<string, Wish> => Object.fromEntries(NAMES.map((name) => [name, wish]));
const run = async (phase: WholePhase, wishes: Record<string, Wish>): Promise<string[]> => {
  const said: string[] = [];
  await phase.whole(await cluster.work(wishes), (host, line) =>
    said.push(host === null ? line : `${host}: ${line}`),
  );
  return said;
};
const starts = async (): Promise<string[]> => cluster.did(/ (?:start|restart) /u);

describe('the nodes of a new cluster', () => {
  test('the seeds start first; the others after them, and wait for no data', async () => {
    await run(nodesUp, all({ [NODE]: 'start' }));
    const did = await starts();
    expect(did.slice(0, 2).toSorted()).toEqual([`a1 start ${NODE}`, `b1 start ${NODE}`]);
    expect(did.slice(2)).toEqual([`a2 start ${NODE} once`]);
    const a2 = cluster.host('a2');
    expect(await readFile(`${cluster.host('a1').folder}/shared/a2 once`, 'utf8')).toContain(
      'auto_bootstrap=false',
    );
    expect(existsSync(a2.at('/var/lib/relay-host/cassandra-once.env'))).toBe(false);
  });

  test('cut off after the seeds, the next run lets the others join', async () => {
    await cluster.configured('a2');
    for (const name of ['a1', 'b1']) await cluster.runs(name, NODE);
    await run(nodesUp, { a2: { [NODE]: 'start' } });
    expect(await starts()).toEqual([`a2 start ${NODE} once`]);
    expect(await readFile(`${cluster.host('a1').folder}/shared/a2 once`, 'utf8')).toMatch(
      /^CASSANDRA_CONF=.*joining$/mu,
    );
  });

  test('cut off before the first start was heard to be over, the next run ends what holds for it alone', async () => {
    for (const name of NAMES) await cluster.runs(name, NODE);
    const once = cluster.host('a2').at('/var/lib/relay-host/cassandra-once.env');
    await mkdir(dirname(once), { recursive: true });
    await writeFile(once, 'CASSANDRA_CONF=/etc/relay-cassandra/joining\n');
    const work = await cluster.work({});
    expect(nodesUp.wanted(work)).toBe(true);
    await nodesUp.whole(work, () => {});
    expect(existsSync(once)).toBe(false);
    expect(await starts()).toEqual([]);
    expect(nodesUp.wanted(await cluster.work({}))).toBe(false);
  });

  test('nothing is to be done where nothing changes', async () => {
    for (const name of NAMES) await cluster.runs(name, NODE);
    expect(nodesUp.wanted(await cluster.work({}))).toBe(false);
    expect(nodesUp.wanted(await cluster.work({ a1: { [NODE]: 'restart' } }))).toBe(true);
  });
});

describe('the nodes of a cluster that runs', () => {
  beforeEach(async () => {
    for (const name of NAMES) await cluster.runs(name, NODE);
  });

  test('are restarted one after the other', async () => {
    await run(nodesUp, all({ [NODE]: 'restart' }));
    expect(await starts()).toEqual(NAMES.map((name) => `${name} restart ${NODE}`));
  });

  test('are not restarted while another is away, which is named', async () => {
    await cluster.dies('b1', NODE);
    await writeFile(`${cluster.host('a1').folder}/shared/known b1`, '');
    await expect(run(nodesUp, { a1: { [NODE]: 'restart' } })).rejects.toThrow('198.51.100.1 down');
    expect(await starts()).not.toContain(`a1 restart ${NODE}`);
  });

  test('take new certificates without a restart', async () => {
    await run(nodesUp, { a2: { [NODE]: 'reload' } });
    expect(await cluster.did(/reload/u)).toEqual([`a2 reload-or-restart ${NODE}`]);
  });

  test('one without data joins when the others are up, and as no seed of its own', async () => {
    await cluster.dies('a1', NODE);
    await cluster.configured('a1');
    await removeData('a1');
    await run(nodesUp, { a1: { [NODE]: 'start' } });
    expect(await starts()).toEqual([`a1 start ${NODE} once`]);
  });
});

describe('what nodetool prints', () => {
  test('is read with IPv6 addresses in any form', () => {
    const text =
      'Datacenter: dc-a\n--  Address  Load\nUN  192.0.2.1  1 KiB\nDN  2001:db8:0:0:0:0:0:2  ?\nUJ  192.0.2.3  1\n';
    expect([...readStates(text)]).toEqual([
      ['192.0.2.1', 'UN'],
      ['[2001:db8::2]', 'DN'],
      ['192.0.2.3', 'UJ'],
    ]);
  });
});

describe('logins and tables', () => {
  test('passwords go by standard input; copies of new logins are brought to every node', async () => {
    await cluster.answers(
      'store logins',
      JSON.stringify({ done: ['the login relay'], spread: ['system_auth'], refusing: {} }),
    );
    expect(await run(logins, {})).toContain('a1: the login relay');
    expect(JSON.parse(await cluster.heard('store logins'))).toMatchObject({ relay: { user: 'relay' } });
    expect(await cluster.did(/nodetool/u)).toEqual(['a1 nodetool repair --full system_auth']);
    for (const { ran } of cluster.hosts) expect(ran.join('\n')).not.toContain('not-relay');
  });

  test('the former administrator lets the new one in; the roles of before go when nobody knows them any more', async () => {
    await cluster.answers('store logins', JSON.stringify({ done: [], spread: [], refusing: {} }));
    const work = await cluster.work({});
    const heard = async (secrets: typeof work.secrets): Promise<unknown> => {
      await logins.whole({ ...work, secrets }, () => {});
      return JSON.parse(await cluster.heard('store logins'));
    };
    const admin = { user: 'relay_admin_b', password: 'new' };
    const relay = { user: 'relay_b', password: 'new' };
    const cassandraAdmin = { user: 'relay_admin_a', password: 'old' };
    const now = { ...work.secrets, cassandraAdmin: admin, cassandraRelay: relay };
    expect(await heard({ ...now, former: { cassandraAdmin } })).toEqual({
      admin,
      relay,
      former: cassandraAdmin,
      gone: [],
    });
    expect(await heard(now)).toMatchObject({ former: null, gone: ['relay_a', 'relay_admin_a'] });
  });

  test('where all is as it should be nothing is repaired', async () => {
    await cluster.answers('store logins', JSON.stringify({ done: [], spread: [], refusing: {} }));
    await run(logins, {});
    expect(await cluster.did(/nodetool/u)).toEqual([]);
  });

  test('a node that still lets nobody in is named', async () => {
    await cluster.answers(
      'store logins',
      JSON.stringify({ done: [], spread: [], refusing: { '192.0.2.2:9042': 'wrong password' } }),
    );
    await expect(run(logins, {})).rejects.toThrow('192.0.2.2:9042 still lets nobody in: wrong password');
  });

  test('tables are made on one host', async () => {
    await cluster.answers('store migrate', JSON.stringify({ applied: ['1 first'], notes: [] }));
    expect(await run(schema, {})).toEqual(['a1: 1 first']);
    expect(await cluster.did(/migrate/u)).toEqual(['a1 relay store migrate']);
  });

  test('by the newest release, which a host in place of a dead one may have alone', async () => {
    await cluster.answers('store migrate', JSON.stringify({ applied: [], notes: [] }));
    const work = await cluster.work({});
    const [, , last] = work.hosts;
    if (last !== undefined) last.targets = { ...last.targets, relay: '1.10.0' };
    await schema.whole(work, () => {});
    expect(await cluster.did(/migrate/u)).toEqual(['b1 relay store migrate']);
  });
});

describe('the daemons', () => {
  test('where none runs, all start side by side', async () => {
    await run(relaysUp, all({ [RELAY]: 'start' }));
    expect((await starts()).toSorted()).toEqual(NAMES.map((name) => `${name} start ${RELAY}`));
  });

  test('where they run, one is restarted after the other has been seen to work', async () => {
    for (const name of NAMES) await cluster.runs(name, RELAY);
    await run(relaysUp, all({ [RELAY]: 'restart' }));
    const did = await cluster.did(/restart|cluster status/u);
    expect(did.filter((line) => line.includes('restart'))).toEqual(
      NAMES.map((name) => `${name} restart ${RELAY}`),
    );
    for (const name of NAMES) {
      // By itself, before the others are asked whether the next may go.
      expect(did[did.indexOf(`${name} restart ${RELAY}`) + 1]).toBe(`${name} relay cluster status`);
    }
  });

  test('the first that fails ends it, and is named', async () => {
    for (const name of NAMES) await cluster.runs(name, RELAY);
    await writeFile(`${cluster.host('a1').folder}/shared/fails a2 ${RELAY}`, '');
    await expect(run(relaysUp, all({ [RELAY]: 'restart' }))).rejects.toMatchObject({ host: 'a2' });
    expect(await starts()).toEqual([`a1 restart ${RELAY}`, `a2 restart ${RELAY}`]);
  });

  test('one that takes no alerts goes first: the change may be what cures it', async () => {
    for (const name of NAMES) await cluster.runs(name, RELAY);
    const unready = `${cluster.host('a1').folder}/shared/unready b1`;
    await writeFile(unready, '');
    cluster.host('b1').onRun = (what) => {
      if (what.startsWith('restart')) rmSync(unready);
      return false;
    };
    await run(relaysUp, all({ [RELAY]: 'restart' }));
    expect(await starts()).toEqual(['b1', 'a1', 'a2'].map((name) => `${name} restart ${RELAY}`));
  });

  test('a test alert is waited for on each host', async () => {
    await run(canaries, {});
    expect(await cluster.did(/cluster status/u)).toEqual(['a1 relay cluster status']);
  });
});

describe('HAProxy', () => {
  test('is restarted on one host after the other, so that alerts find a door at any time', async () => {
    const work = await cluster.work(all({ 'haproxy.service': 'restart' }));
    const phases = PHASES.filter((phase) => 'hosts' in phase && phase.hosts(work).length > 0);
    expect(phases).toMatchObject([{ name: 'HAProxy', atOnce: 1 }]);
  });
});

describe('the first roster', () => {
  test('is given to a relay that has none, and never again', async () => {
    await cluster.answers('status --json', JSON.stringify({ rosterVersion: 0 }));
    const work = await cluster.work({});
    work.givenFiles['/srv/cluster/roster.yaml'] = new TextEncoder().encode('people: {}\n');
    await firstRoster.whole(work, () => {});
    expect(await cluster.heard('roster apply')).toBe('people: {}\n');
    await cluster.forget();
    await cluster.answers('status --json', JSON.stringify({ rosterVersion: 3 }));
    await firstRoster.whole(work, () => {});
    expect(await cluster.did(/roster/u)).toEqual([]);
  });
});

async function removeData(name: string): Promise<void> {
  await rm(cluster.host(name).at('/var/lib/relay-cassandra/data'), { recursive: true });
}
