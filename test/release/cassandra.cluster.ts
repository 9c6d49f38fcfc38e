/** The Cassandra that hosts are given starts from its own file, with its own Java, and answers its own nodetool. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPlace, type Place } from '../cassandra/place.ts';
import { until } from '../e2e/harness/until.ts';

const root = join(import.meta.dirname, '../..');
const execute = promisify(execFile);
/** A build, and a start, on a machine whose cores are busy. */
const NODE_WITHIN_MS = 600_000;

describe('the Cassandra for hosts', () => {
  let scratch: string;
  let top: string;
  let node: ChildProcess;
  let said = '';
  let place: Place;
  let address: string;
  const environment = (): NodeJS.ProcessEnv => ({
    PATH: '/usr/bin:/bin',
    CASSANDRA_CONF: join(scratch, 'conf'),
    CASSANDRA_STATE: join(scratch, 'state'),
    CASSANDRA_JMX_PORT: String(place.jmxPorts[0]),
    CASSANDRA_METRICS: `${address}:9404`,
  });
  const nodetool = async (...words: string[]): Promise<string> =>
    (await execute(join(scratch, 'nodetool'), words, { env: environment() })).stdout;

  beforeAll(async () => {
    place = await findPlace(1, () => true);
    address = `${place.network}.1`;
    scratch = await mkdtemp(join(tmpdir(), 'relay-cassandra-on-a-host-'));
    const { stdout } = await execute(
      'sh',
      [join(root, 'bin/runtime'), join(root, 'release/cassandra/main.ts'), '--json', '--out', scratch],
      { cwd: scratch },
    );
    const { file, version } = JSON.parse(stdout) as { file: string; version: string };
    await execute('tar', ['-xzf', file, '-C', scratch]);
    top = join(scratch, `relay-cassandra-${version}`);
    await mkdir(join(scratch, 'conf'));
    for (const name of [
      'cassandra.yaml',
      'logback.xml',
      'jmx-exporter.yaml',
      'cassandra-rackdc.properties',
    ]) {
      const text = await readFile(join(top, 'conf', name), 'utf8');
      await writeFile(join(scratch, 'conf', name), text.replaceAll('127.0.0.1', address));
    }
    await appendFile(
      join(scratch, 'conf/cassandra.yaml'),
      `native_transport_port: ${place.cqlPort}\nstorage_port: ${place.storagePort}\n`,
    );
    await writeFile(join(scratch, 'conf/jvm.options'), '# Small.\n-Xmx256m\n-XX:+UseSerialGC\n');
    await symlink(join(top, 'bin/nodetool'), join(scratch, 'nodetool'));
    node = spawn(join(top, 'bin/cassandra'), ['-f'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (text: string): void => {
      said += text;
    };
    for (const stream of [node.stdout, node.stderr]) stream?.setEncoding('utf8').on('data', hear);
  }, NODE_WITHIN_MS);
  afterAll(async () => {
    if (node.exitCode === null && node.signalCode === null) node.kill('SIGKILL');
    await rm(scratch, { recursive: true, force: true });
  });

  test(
    'takes clients, tells nodetool how it is, and Prometheus what it does',
    async () => {
      await until(
        'the node takes clients',
        () => {
          if (node.exitCode !== null) throw new Error(`it ended with ${node.exitCode}:\n${said}`);
          return said.includes('Starting listening for CQL clients') ? true : undefined;
        },
        { withinMs: NODE_WITHIN_MS, seen: () => said.slice(-4_000) },
      );
      const status = await nodetool('status');
      expect(status).toContain('Datacenter: dc-a');
      expect(status).toContain(`UN  ${address} `);
      await expect(nodetool('no-such-command')).rejects.toThrow(/no-such-command/u);
      // It writes its default role some seconds after its start.
      await until(
        'Prometheus is told of writes',
        async () => {
          const metrics = await (await fetch(`http://${address}:9404/metrics`)).text();
          expect(metrics).toMatch(/^cassandra_failure_detector_downendpointcount 0/mu);
          return /^cassandra_client_request_latency_count\{request="Write"\} /mu.test(metrics);
        },
        { withinMs: NODE_WITHIN_MS },
      );
    },
    NODE_WITHIN_MS,
  );

  test('is one process, which keeps to the folders it is given and ends when told to', async () => {
    const program = await readFile(`/proc/${node.pid}/cmdline`, 'utf8');
    expect(program.split('\0')[0]).toBe(join(top, 'runtime/bin/java'));
    expect((await readdir(join(scratch, 'state'))).sort()).toEqual(
      expect.arrayContaining(['commitlog', 'data', 'hints', 'logs']),
    );
    expect(await readdir(top)).not.toContain('state');
    node.kill('SIGTERM');
    await until('the node has ended', () => (node.exitCode === null ? undefined : true), {
      withinMs: NODE_WITHIN_MS,
    });
  });

  test('says which file of its configuration it lacks', async () => {
    const lacking = execute(join(top, 'bin/cassandra'), [], {
      env: { ...environment(), CASSANDRA_CONF: join(scratch, 'nowhere') },
    });
    await expect(lacking).rejects.toThrow(/nowhere\/cassandra\.yaml can't be read/u);
  });
});
