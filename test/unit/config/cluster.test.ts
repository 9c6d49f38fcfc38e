import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cassandraAccess } from '../../../src/relay/config/cassandra-access.ts';
import { readConfig } from '../../../src/relay/config/load.ts';
import { secretsOf } from '../../../src/relay/config/secrets.ts';
import { ConfigError, type Config } from '../../../src/relay/config/types.ts';

const FILE = '/etc/relay/relay.yaml';
const read = (text: string, env: NodeJS.ProcessEnv = {}): Config => readConfig(FILE, Buffer.from(text), env);

/** The problems of a configuration that must be refused. */
function problems(text: string, env: NodeJS.ProcessEnv = {}): string {
  try {
    read(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  throw new Error('was accepted');
}

const cassandra = (more: string, points = '[127.0.0.1]'): string =>
  `store: {cassandra: {contactPoints: ${points}, datacenter: dc-a${more}}}\n`;
const TLS = 'tls: {caFile: ca.pem, certFile: a1.pem, keyFile: a1.key}';
const hosts = (...names: string[]): string =>
  `[${names.map((name, index) => `{name: ${name}, datacenter: dc-a, address: "192.0.2.${index + 1}:7391"}`).join(', ')}]`;
const cluster = (list: string): string =>
  `host: a1\ncluster: {listen: "0.0.0.0:7391", ${TLS}, hosts: ${list}}\n`;

describe('a store that several hosts share', () => {
  test('the example holds every key and is accepted', async () => {
    const path = join(import.meta.dirname, '../../../config/relay-cluster.yaml');
    const config = readConfig(path, await readFile(path), {});
    const at = (name: string) => join(path, '..', name);
    expect(config.store).toEqual({
      kind: 'cassandra',
      contactPoints: ['192.0.2.1:9042', '192.0.2.2:9042', '198.51.100.1:9042'],
      datacenter: 'dc-a',
      keyspace: 'relay',
      user: 'relay',
      passwordFile: at('secrets/cassandra-password'),
      tls: {
        caFile: at('tls/cassandra-ca.pem'),
        certFile: at('tls/cassandra.pem'),
        keyFile: at('tls/cassandra.key'),
      },
      replication: { 'dc-a': 2, 'dc-b': 2, 'dc-c': 1 },
    });
    expect(config.cluster).toMatchObject({
      listen: { host: '0.0.0.0', port: 7391 },
      tls: { caFile: at('tls/relay-ca.pem'), certFile: at('tls/a1.pem'), keyFile: at('tls/a1.key') },
    });
    expect(config.cluster?.hosts.map(({ name, datacenter }) => [name, datacenter])).toEqual([
      ['a1', 'dc-a'],
      ['a2', 'dc-a'],
      ['b1', 'dc-b'],
      ['b2', 'dc-b'],
      ['c1', 'dc-c'],
    ]);
    expect(config).toMatchObject({
      host: 'a1',
      spool: '/var/lib/relay/spool',
      keyDir: '/var/lib/relay/keys',
      api: { socket: '/run/relay/relay.sock' },
    });
  });

  test('the least one, alone on nodes of this machine; files lie beside the configuration', () => {
    const config = read(cassandra('', '[127.0.0.1, "127.0.0.2:19042", "::1", "[::1]:9043", localhost]'));
    expect(config.store).toMatchObject({
      contactPoints: ['127.0.0.1:9042', '127.0.0.2:19042', '[::1]:9042', '[::1]:9043', 'localhost:9042'],
      keyspace: 'relay',
      user: null,
      tls: null,
      replication: null,
    });
    expect(config).toMatchObject({
      cluster: null,
      watch: null,
      host: hostname(),
      spool: '/etc/relay/spool',
      keyDir: '/etc/relay/keys',
      api: { socket: '/etc/relay/relay.sock' },
    });
  });

  test.each([
    ['LOCAL_QUORUM', 'lost with it'],
    ['local_quorum', 'lost with it'],
    ['LOCAL_ONE', 'one replica'],
    ['ONE', 'one replica'],
    ['TWO', 'no majority'],
    ['THREE', 'of five replicas only'],
    ['ANY', 'before any replica has it'],
    ['EACH_QUORUM', 'the loss of one'],
    ['ALL', 'the loss of one'],
    ['SERIAL', 'serialConsistency'],
    ['LOCAL_SERIAL', 'both win'],
    ['most', 'expected QUORUM, got'],
  ])('consistency %s is refused with why', (level, why) => {
    const told = problems(cassandra(`, consistency: ${level}`));
    expect(told).toContain(`${FILE}:1: store.cassandra.consistency: expected QUORUM`);
    expect(told).toContain(why);
    expect(told).toContain(`got "${level}"`);
  });

  test.each(['LOCAL_SERIAL', 'QUORUM', '""'])('conditional writes never agree by %s', (level) => {
    expect(problems(cassandra(`, serialConsistency: ${level}`))).toContain(
      'store.cassandra.serialConsistency: expected SERIAL',
    );
  });

  test('QUORUM and SERIAL may be said', () => {
    expect(read(cassandra(', consistency: QUORUM, serialConsistency: SERIAL')).store.kind).toBe('cassandra');
  });

  test.each([
    ['dc-a: 3', 'without dc-a 0 of 3 would be left, and QUORUM is 2'],
    ['dc-a: 2', 'without dc-a 0 of 2'],
    ['dc-a: 1, dc-b: 1', 'without dc-a 1 of 2 would be left, and QUORUM is 2'],
    ['dc-a: 2, dc-b: 1', 'without dc-a 1 of 3'],
    ['dc-a: 2, dc-b: 1, dc-c: 1', 'without dc-a 2 of 4 would be left, and QUORUM is 3'],
    ['dc-a: 1, dc-b: 3, dc-c: 1', 'without dc-b 2 of 5 would be left, and QUORUM is 3'],
    ['dc-b: 2, dc-c: 2, dc-d: 1', 'store.cassandra.datacenter: expected one of store.cassandra.replication'],
    ['dc-a: 0', 'replication.dc-a: expected a number of replicas from 1 to 9, got 0'],
  ])('replicas {%s} are refused', (replication, why) => {
    expect(problems(cassandra(`, replication: {${replication}}`))).toContain(why);
  });

  test.each([
    'dc-a: 1',
    'dc-a: 1, dc-b: 1, dc-c: 1',
    'dc-a: 2, dc-b: 2, dc-c: 1',
    'dc-a: 2, dc-b: 2, dc-c: 2',
  ])('replicas {%s} are taken', (replication) => {
    expect(read(cassandra(`, replication: {${replication}}`)).store.kind).toBe('cassandra');
  });

  test.each([
    [cassandra('', '[192.0.2.1]'), 'store.cassandra.tls: expected caFile below it'],
    [cassandra('', '["127.0.0.1", "node.example.com"]'), 'store.cassandra.tls: expected caFile below it'],
    [cassandra(', tls: {caFile: ca.pem, certFile: c.pem}'), 'certFile and keyFile together'],
    [cassandra(', tls: {}'), 'store.cassandra.tls.caFile: expected the path of a file'],
    [cassandra(', tls: {cafile: x}'), 'got an unknown key; did you mean caFile?'],
    [cassandra(', user: relay'), 'store.cassandra.user: expected passwordFile beside it'],
    [cassandra(', passwordFile: p'), 'store.cassandra.passwordFile: expected user beside it'],
    [cassandra('', '[]'), 'store.cassandra.contactPoints: expected at least one node'],
    [cassandra('', '["127.0.0.1:0"]'), 'store.cassandra.contactPoints.0: expected HOST or HOST:PORT'],
    [cassandra(', keyspace: "Relay x"'), 'store.cassandra.keyspace: expected the name of a keyspace'],
    ['store: {cassandra: {contactPoints: [127.0.0.1]}}\n', 'store.cassandra.datacenter: expected the name'],
    ['store: {casandra: {}}\n', 'did you mean cassandra?'],
  ])('%j is refused', (text, told) => {
    expect(problems(text)).toContain(told);
  });
});

describe('the hosts of a cluster', () => {
  test('this host is told among them by its name', () => {
    expect(read(cassandra('') + cluster(hosts('a1', 'a2', 'a3'))).host).toBe('a1');
    expect(problems(cassandra('') + cluster(hosts('a2', 'a3')))).toBe(
      `${FILE}:2: host: expected the name of this host in cluster.hosts (a2, a3), got "a1"; without the key host it is the machine's name`,
    );
  });

  test.each([
    [
      cassandra('') + cluster(hosts('a1', 'a2', 'a1')),
      'cluster.hosts.2.name: expected each once, got "a1" again',
    ],
    [
      `${cassandra('')}${cluster('[{name: a1, datacenter: dc-a, address: "192.0.2.1:7391"}, {name: a2, datacenter: dc-a, address: "192.0.2.1:7391"}]')}`,
      'cluster.hosts.1.address: expected each once',
    ],
    [
      `${cassandra('')}${cluster('[{name: a1, datacenter: dc-b, address: "192.0.2.1:7391"}]')}`,
      'cluster.hosts.0.datacenter: expected what store.cassandra.datacenter says ("dc-a")',
    ],
    [
      `${cassandra('')}${cluster('[{name: a1, datacentre: dc-a, address: "192.0.2.1:7391"}]')}`,
      'cluster.hosts.0.datacentre: expected one of name, datacenter, address, got an unknown key; did you mean datacenter?',
    ],
    [
      `${cassandra('')}cluster: {listen: "0.0.0.0:7391"}\n`,
      'cluster: expected listen, tls and hosts together, got listen only',
    ],
    [`store: sqlite:r.db\n${cluster(hosts('a1'))}`, 'cluster.listen: expected store.cassandra as well'],
    [`${cassandra('')}host: "a 1"\n`, 'host: expected the name of this host such as a1'],
  ])('%j is refused', (text, told) => {
    expect(problems(text)).toContain(told);
  });

  test('a host alone on SQLite may say where accepted alerts wait', () => {
    expect(read('store: sqlite:data/r.db\ncluster: {spool: waiting}\n')).toMatchObject({
      cluster: null,
      spool: '/etc/relay/waiting',
    });
  });
});

describe('who watches the watcher', () => {
  const watch = (text: string): string => `store: sqlite:r.db\nwatch: ${text}\n`;

  test('pings and peers are optional', () => {
    expect(read(watch('{}')).watch).toEqual({ pingUrl: null, everySeconds: 60, peers: [] });
    expect(read(watch('{disks: [/data, spare]}')).watch?.disks).toEqual(['/data', '/etc/relay/spare']);
    expect(problems(watch('{disks: [7]}'))).toBe(
      `${FILE}:2: watch.disks.0: expected the path of a folder, relative to this file, got 7`,
    );
    expect(read(watch('{pingUrl: "http://127.0.0.1:9/x"}')).watch?.pingUrl).toBe('http://127.0.0.1:9/x');
  });

  test.each([
    'http://watchdog.example.com/ping/hunter2',
    'https://u:hunter2@watchdog.example.com/',
    'hunter2',
    'ftp://watchdog.example.com/hunter2',
  ])('a ping URL that is not right is refused and not shown: %s', (url) => {
    const told = problems(watch(`{pingUrl: "${url}"}`));
    expect(told).toBe(
      `${FILE}:2: watch.pingUrl: expected a URL that begins with https://, got something else (not shown)`,
    );
  });

  test.each([
    [
      '{peers: [{name: berlin}]}',
      'watch.peers.0.readyUrl: expected a URL such as https://relay.example.com/readyz',
    ],
    [
      '{peers: [{name: b, readyUrl: "https://b.example/readyz"}, {name: b, readyUrl: "https://c.example/readyz"}]}',
      'watch.peers.1.name: expected each once, got "b" again',
    ],
    ['{everySeconds: 0}', 'watch.everySeconds: expected a number of seconds from 1 to 3600, got 0'],
  ])('%s is refused', (text, told) => {
    expect(problems(watch(text))).toContain(told);
  });
});

describe('what reaching the nodes takes', () => {
  test('the password from its file or the environment, certificates as they are, this machine’s node first', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'relay-cluster-'));
    try {
      for (const [name, text] of Object.entries({
        password: 'hunter2\n',
        'ca.pem': 'CA',
        'c.pem': 'C',
        'k.pem': 'K',
      }))
        await writeFile(join(dir, name), text, { mode: 0o600 });
      const text =
        'host: a2\nstore: {cassandra: {contactPoints: [192.0.2.1, 192.0.2.2], datacenter: dc-a, user: relay, ' +
        'passwordFile: password, tls: {caFile: ca.pem, certFile: c.pem, keyFile: k.pem}}}\n' +
        `cluster: {listen: "0.0.0.0:7391", ${TLS}, hosts: ${hosts('a1', 'a2')}}\n`;
      const config = readConfig(join(dir, 'relay.yaml'), Buffer.from(text), {});
      const warn = (): void => {};
      const access = (env: NodeJS.ProcessEnv = {}) => {
        if (config.store.kind !== 'cassandra') throw new Error('not on Cassandra');
        return cassandraAccess(config.store, config, secretsOf(config, env, warn));
      };
      expect(await access()).toEqual({
        contactPoints: ['192.0.2.1:9042', '192.0.2.2:9042'],
        localDatacenter: 'dc-a',
        keyspace: 'relay',
        credentials: { username: 'relay', password: 'hunter2' },
        tls: { ca: 'CA', cert: 'C', key: 'K' },
        nearest: ['192.0.2.2:9042'],
      });
      expect((await access({ RELAY_CASSANDRA_PASSWORD: 'other' })).credentials?.password).toBe('other');
      await rm(join(dir, 'ca.pem'));
      await expect(access()).rejects.toThrow(/^store\.cassandra\.tls\.caFile: ENOENT/u);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  test('no user, no password, whatever the environment says', async () => {
    const config = read(cassandra(''));
    const secrets = secretsOf(config, { RELAY_CASSANDRA_PASSWORD: 'x' }, () => {});
    expect(await secrets.cassandraPassword()).toBeNull();
  });

  test('a password in the file itself is refused and not shown', () => {
    const told = problems(cassandra(', user: relay, password: hunter2'));
    expect(told).toContain('store.cassandra.passwordFile, or set RELAY_CASSANDRA_PASSWORD');
    expect(told).not.toContain('hunter2');
  });
});
