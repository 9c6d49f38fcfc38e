/** Real nodes start with the files that a host of a cluster gets, find each other, and let in whom they should. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientOptions, types } from 'cassandra-driver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cassandra } from '../../src/relay/hosts/components/cassandra/component.ts';
import { CASSANDRA_FILES } from '../../src/relay/hosts/components/cassandra/files.ts';
import { jobsOf } from '../../src/relay/hosts/components/cassandra/jobs.ts';
import { tokenOf } from '../../src/relay/hosts/components/cassandra/nodes.ts';
import { cassandraYaml } from '../../src/relay/hosts/components/cassandra/yaml.ts';
import { readStates } from '../../src/relay/hosts/apply/node-state.ts';
import { readTokens } from '../../src/relay/hosts/apply/replace-node.ts';
import { PLACES } from '../../src/relay/hosts/places.ts';
import type { ClusterSecrets, Inventory } from '../../src/relay/hosts/types.ts';
import {
  contextOf,
  factsOf,
  hostOf,
  inventoryOf,
  secretsOf,
  textOf,
} from '../unit/hosts/components/five-hosts.ts';
import { until } from '../e2e/harness/until.ts';
import { reasonOf, withClient } from './connect.ts';
import { nodetoolArguments, type Software } from './jvm.ts';
import { killNode, lastWords, launch } from './node.ts';
import { findPlace } from './place.ts';
import { type ClusterNode, layOut } from './plan.ts';
import { run } from '../../release/run.ts';
import { nodePid } from './processes.ts';
import { software } from './software.ts';
import { NODE_WITHIN_MS, nodesMissing } from './use-node.ts';

const START_WITHIN_MS = 180_000;
/** Java starts for each nodetool, and relay for each command. */
const COMMANDS_WITHIN_MS = 240_000;
const BORN = { username: 'cassandra', password: 'cassandra' };

// Needs Linux, Java 17 and Maven; the run's last lines say so where they are missing, and CI fails there.
describe.skipIf(nodesMissing() !== null)('nodes with the files of three hosts', () => {
  let dir: string;
  let programs: Software;
  let secrets: ClusterSecrets;
  let nodes: ClusterNode[];
  let inventory: Inventory;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'relay-host-node-'));
    programs = await software();
    const place = await findPlace(5, () => true);
    nodes = layOut(dir, 5, place).filter(({ name }) => ['n1', 'n3', 'n5'].includes(name));
    const hosts = nodes.map(({ name, datacenter, address }) => hostOf(name, datacenter.slice(3), address));
    // On loopback a node calls from 127.0.0.1, whatever its own address is.
    secrets = await secretsOf(hosts, ['127.0.0.1']);
    inventory = inventoryOf({ hosts });
    for (const node of nodes) await startWithItsFiles(node, false, []);
    for (const node of nodes) {
      await until(`${node.name} sees all`, async () => allAreUp(node), { withinMs: START_WITHIN_MS });
    }
  }, NODE_WITHIN_MS);
  afterAll(async () => {
    await Promise.all(nodes.map(killNode));
    rmSync(dir, { recursive: true, force: true });
  });

  /** `joining`, `once`: as apply has it for the first start of a node among others. */
  const startWithItsFiles = async (node: ClusterNode, joining: boolean, once: string[]): Promise<void> => {
    const context = await contextOf(node.name, inventory, factsOf({ memoryMb: 1_024 }), secrets);
    const files = cassandra.files(context);
    const here = (text: string): string =>
      [PLACES.cassandra.etc, PLACES.cassandra.state, PLACES.cassandra.logs]
        .reduce((moved, folder) => moved.replaceAll(folder, node.dir), text)
        .replace('storage_port: 7000', `storage_port: ${node.storagePort}`)
        .replace('native_transport_port: 9042', `native_transport_port: ${node.cqlPort}`);
    mkdirSync(join(node.dir, 'tls'), { recursive: true });
    mkdirSync(join(node.dir, 'tmp'), { recursive: true });
    for (const { path, content, mode } of files.filter((file) =>
      file.path.startsWith(PLACES.cassandra.etc),
    )) {
      writeFileSync(here(path), here(String(content)), { mode });
    }
    // By another name: the rig looks for this one.
    writeFileSync(join(node.dir, 'rackdc.properties'), textOf(files, CASSANDRA_FILES.rackdc));
    writeFileSync(join(node.dir, 'logback-tools.xml'), '<configuration/>');
    const options = here(textOf(files, CASSANDRA_FILES.jvm)).split('\n');
    const extra = options.filter((option) => option !== '' && !option.startsWith('#'));
    if (joining)
      writeFileSync(join(node.dir, 'cassandra.yaml'), here(cassandraYaml(context, { joining: true })));
    launch(programs, node, { heapMb: 384, survives: false, extra: [...extra, ...once] });
  };

  const nodetool = async (node: ClusterNode, ...words: string[]): Promise<string> =>
    run(programs.java.program, nodetoolArguments(programs, node, words));

  const runRelay = async (
    words: string[],
    input: string,
  ): Promise<{ code: number | null; out: string; err: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn(join(import.meta.dirname, '../../bin/relay'), words, { cwd: dir });
      let [out, err] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
      child.stderr.setEncoding('utf8').on('data', (part: string) => (err += part));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err }));
      child.stdin.end(input);
    });
  const allAreUp = async (node: ClusterNode): Promise<boolean> => {
    if (nodePid(node.dir) === null) throw new Error(lastWords(node));
    const status = await nodetool(node, 'status').catch(() => '');
    return status.match(/^UN /gmu)?.length === nodes.length;
  };
  /** As relay comes in: with its host's certificate, and checking the node's. */
  const options = (node: ClusterNode, pair: boolean, credentials = BORN): ClientOptions => ({
    contactPoints: [node.address],
    localDataCenter: node.datacenter,
    protocolOptions: { port: node.cqlPort },
    credentials,
    // Others may be busy on this machine.
    socketOptions: { connectTimeout: 30_000, readTimeout: 30_000 },
    sslOptions: {
      ca: secrets.authority.cert,
      rejectUnauthorized: true,
      ...(pair ? secrets.certificates[node.name] : {}),
    },
  });
  const ask = async (node: ClusterNode, query: string, pair = true): Promise<types.ResultSet> =>
    withClient(options(node, pair), async (client) => client.execute(query));

  it('see each other over TLS, each in its own datacenter, each holding the place that its name gives it', async () => {
    const [first] = nodes;
    if (first === undefined) throw new Error('no node');
    const { rows } = await ask(first, 'SELECT data_center, tokens FROM system.local');
    const peers = await ask(first, 'SELECT data_center FROM system.peers_v2');
    expect([...rows, ...peers.rows].map((row) => String(row['data_center'])).toSorted()).toEqual([
      'dc-a',
      'dc-b',
      'dc-c',
    ]);
    expect(rows[0]?.['tokens']).toEqual([String(tokenOf({ name: 'relay' }, { name: 'n1' }))]);
    const settings = await ask(first, 'SELECT name, value FROM system_views.settings');
    const value = (name: string): unknown => settings.rows.find((row) => row['name'] === name)?.['value'];
    expect({
      sync: value('commitlog_sync'),
      paxos: value('paxos_variant'),
      purging: value('paxos_state_purging'),
      between:
        value('server_encryption_options.internode_encryption') ??
        value('server_encryption_internode_encryption'),
      loginReads: value('auth_read_consistency_level'),
    }).toEqual({ sync: 'group', paxos: 'v2', purging: 'repaired', between: 'all', loginReads: 'ONE' });
  });

  it('let nobody in without a certificate of the cluster', async () => {
    const [first] = nodes;
    if (first === undefined) throw new Error('no node');
    await expect(
      ask(first, 'SELECT key FROM system.local', false).catch((error: unknown) => {
        throw reasonOf(error);
      }),
    ).rejects.toThrow();
    await expect(ask(first, 'SELECT key FROM system.local')).resolves.toBeDefined();
  });

  it(
    'repair what conditional writes left, take snapshots that end, and read new certificates, as the timers ask',
    async () => {
      const [first] = nodes;
      if (first === undefined) throw new Error('no node');
      const context = await contextOf('a1');
      for (const { nodetool: words } of jobsOf(context)) await nodetool(first, ...words);
      expect(await nodetool(first, 'listsnapshots')).toMatch(/relay|system_auth/u);
      await nodetool(first, 'reloadssl');
    },
    COMMANDS_WITHIN_MS,
  );

  it(
    'take the logins that apply makes, let relay do what it needs, and nobody in by the one they are born with',
    async () => {
      const [first, second] = nodes;
      if (first === undefined || second === undefined) throw new Error('no node');
      const points = nodes.map(({ address, cqlPort }) => `${address}:${cqlPort}`);
      const config = join(dir, 'relay.yaml');
      const tls = { caFile: 'ca.pem', certFile: 'host.pem', keyFile: 'host.key' };
      const cassandraStore = {
        contactPoints: points,
        datacenter: 'dc-a',
        tls,
        replication: { 'dc-a': 1, 'dc-b': 1, 'dc-c': 1 },
      };
      writeFileSync(
        config,
        JSON.stringify({
          store: { cassandra: { ...cassandraStore, user: 'relay', passwordFile: 'password' } },
        }),
      );
      writeFileSync(join(dir, 'ca.pem'), secrets.authority.cert);
      writeFileSync(join(dir, 'host.pem'), secrets.certificates['n1']?.cert ?? '');
      writeFileSync(join(dir, 'host.key'), secrets.certificates['n1']?.key ?? '', { mode: 0o600 });
      writeFileSync(join(dir, 'password'), secrets.cassandraRelay.password, { mode: 0o600 });
      const { cassandraAdmin: admin, cassandraRelay: relay } = secrets;
      const relayCommand = async (words: string[], input: string): Promise<unknown> => {
        const { code, out, err } = await runRelay([...words, '--config', config, '--json'], input);
        expect(code, err).toBe(0);
        expect(out + err).not.toContain(admin.password);
        return JSON.parse(out) as unknown;
      };
      const wanted = JSON.stringify({ admin, relay });
      expect(await relayCommand(['store', 'logins'], wanted)).toMatchObject({ refusing: {} });
      expect(await relayCommand(['store', 'logins'], wanted)).toEqual({ done: [], spread: [], refusing: {} });
      for (const node of nodes) {
        const as = async ({ user, password }: typeof admin, query: string): Promise<types.ResultSet> =>
          withClient(options(node, true, { username: user, password }), async (client) =>
            client.execute(query),
          );
        await expect(as(admin, 'LIST ROLES')).resolves.toBeDefined();
        await expect(
          as(relay, 'LIST ROLES').then(({ rows }) => rows.map((row) => String(row['role']))),
        ).resolves.toEqual(['relay']);
        await expect(ask(node, 'SELECT key FROM system.local')).rejects.toThrow(/username|password/iu);
        await expect(as(relay, "CREATE ROLE mallory WITH PASSWORD = 'x'")).rejects.toThrow(
          /CREATE permission|not authorized|privilege/iu,
        );
      }
      expect(await relayCommand(['store', 'migrate'], '')).toMatchObject({ notes: [] });

      // New passwords come with other roles; the former ones are good until nobody needs them.
      const next = {
        admin: { user: 'admin_b', password: 'b'.repeat(24) },
        relay: { user: 'relay_b', password: 'c'.repeat(24) },
      };
      const as = (login: typeof admin) =>
        withClient(options(second, true, { username: login.user, password: login.password }), (client) =>
          client.execute('SELECT key FROM system.local'),
        );
      const turn = JSON.stringify({ ...next, former: admin, gone: [] });
      expect(await relayCommand(['store', 'logins'], turn)).toMatchObject({
        done: [`the login admin_b instead of ${admin.user}`, 'the login relay_b'],
        refusing: {},
      });
      for (const login of [admin, relay, next.admin, next.relay]) await as(login);
      const last = JSON.stringify({ ...next, gone: [admin.user, relay.user] });
      expect(await relayCommand(['store', 'logins'], last)).toMatchObject({
        done: [admin.user, relay.user].map((role) => `nobody comes in by ${role} any more`),
      });
      for (const login of [next.admin, next.relay]) await as(login);
      // A node that knew a login goes by what it remembers for its credentials_validity, 2 s.
      const refused = async (login: typeof admin): Promise<boolean> =>
        as(login).then(
          () => false,
          (error: Error) => /username|password/iu.test(error.message),
        );
      for (const login of [admin, relay]) await until(`${login.user} is refused`, () => refused(login));
    },
    COMMANDS_WITHIN_MS,
  );

  it(
    'one that has died comes back empty and takes its old place, though it is a seed',
    async () => {
      const [first, , dead] = nodes;
      if (first === undefined || dead === undefined) throw new Error('no node');
      const before = readTokens(await nodetool(first, 'ring'), dead.address);
      expect(before).toHaveLength(1);
      await killNode(dead);
      for (const name of ['data', 'commitlog', 'hints', 'saved_caches'])
        rmSync(join(dead.dir, name), { recursive: true });
      const sees = async (state: string): Promise<boolean> =>
        readStates(await nodetool(first, 'status')).get(dead.address) === state;
      await until('it is seen to be down', () => sees('DN'), { withinMs: START_WITHIN_MS });
      await startWithItsFiles(dead, true, [`-Dcassandra.replace_address_first_boot=${dead.address}`]);
      await until('it is up again', async () => (await allAreUp(dead)) && sees('UN'), {
        withinMs: START_WITHIN_MS,
      });
      expect(readTokens(await nodetool(first, 'ring'), dead.address)).toEqual(before);
    },
    COMMANDS_WITHIN_MS,
  );
});
