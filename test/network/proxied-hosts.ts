/** Hosts of a cluster on addresses of this machine: each a stand-in daemon and a real HAProxy with relay's own configuration. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proxyConfig } from '../../src/relay/hosts/components/proxy/config.ts';
import { othersInOrder } from '../../src/relay/hosts/components/proxy/layout.ts';
import type { ProxyLayout } from '../../src/relay/hosts/components/proxy/layout.ts';
import { certificatesFor, HOSTS } from '../unit/hosts/components/network-hosts.ts';
import { until } from '../e2e/harness/until.ts';
import { programOf } from '../programs.ts';
import { StandInDaemon } from './stand-in-daemon.ts';
import type { Taken } from './stand-in-daemon.ts';

export interface ProxiedHost {
  daemon: StandInDaemon;
  address: string;
  layout: ProxyLayout;
  /** Ends HAProxy. */
  stopProxy(): Promise<void>;
}

export interface ProxiedHosts {
  hosts: Record<string, ProxiedHost>;
  /** Everything that a daemon took, in order. */
  taken: Taken[];
  /** An address for a sender, which no host has. */
  sender: string;
  folder: string;
  ca: string;
  close(): Promise<void>;
}

/** Starts these of the five hosts. All believe that there are no others. */
export async function startProxied(names: readonly string[]): Promise<ProxiedHosts> {
  const folder = mkdtempSync(join(tmpdir(), 'relay-proxy-'));
  const taken: Taken[] = [];
  const { authority, certificates } = await certificatesFor(names);
  writeFileSync(join(folder, 'ca.pem'), authority.cert);
  // Addresses that no other process of these tests has, so that a port that was free stays so.
  const net = `127.${(process.pid >> 8) % 256}.${process.pid % 256}`;
  const specs = HOSTS.filter(({ name }) => names.includes(name));
  const daemons = new Map<string, StandInDaemon>();
  const free = new Map<string, number[]>();
  for (const [index, { name }] of specs.entries()) {
    const address = `${net}.${index + 1}`;
    const daemon = new StandInDaemon(name, address, taken);
    await daemon.start();
    daemons.set(name, daemon);
    free.set(name, await freePorts(address, 8));
  }
  const handed = (name: string): ProxyLayout['handed'] => {
    const [smtp = 0, submission = 0, http = 0] = free.get(name) ?? [];
    return { smtp, submission, http };
  };
  const hosts: Record<string, ProxiedHost> = {};
  for (const spec of specs) {
    const { name } = spec;
    const daemon = daemons.get(name);
    const pair = certificates[name];
    if (daemon === undefined || pair === undefined) throw new Error(name);
    const [, , , smtp = 0, submission = 0, http = 0, https = 0, stats = 0] = free.get(name) ?? [];
    const bundle = join(folder, `${name}.pem`);
    writeFileSync(bundle, `${pair.cert}\n${pair.key}`);
    const layout: ProxyLayout = {
      name,
      open: [daemon.address],
      world: { smtp, submission, http, https },
      handed: handed(name),
      daemon: { address: daemon.address, ...daemon.ports },
      others: othersInOrder(spec, specs).map((other) => ({
        name: other.name,
        address: daemons.get(other.name)?.address ?? '',
        ports: handed(other.name),
      })),
      stats: { address: daemon.address, port: stats },
      secureUrl: 'https://alerts.example.com',
      tls: { ca: join(folder, 'ca.pem'), host: bundle, site: bundle },
      // A busy machine is no reason to go elsewhere: here daemons are away when they refuse, or say so.
      readyWithinMs: 20_000,
      backAfter: 3,
      prefix: `relay-test-${process.pid}-${name}`,
      maxConnections: 500,
      system: null,
    };
    hosts[name] = { daemon, address: daemon.address, layout, stopProxy: await runProxy(folder, layout) };
  }
  await until('every host sees every other one', async () => {
    const seen = await Promise.all(Object.values(hosts).map(({ layout }) => serverStates(layout)));
    return seen.every((states) => [...states.values()].every((state) => /^(?:UP|no check)/.test(state)));
  });
  return {
    hosts,
    taken,
    sender: `${net}.100`,
    folder,
    ca: authority.cert,
    close: async () => {
      for (const { stopProxy, daemon } of Object.values(hosts)) {
        await stopProxy();
        await daemon.stop();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function runProxy(folder: string, layout: ProxyLayout): Promise<() => Promise<void>> {
  const file = join(folder, `${layout.name}.cfg`);
  writeFileSync(file, proxyConfig(layout));
  const child: ChildProcess = spawn(programOf('haproxy') ?? 'haproxy', ['-db', '-f', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'exit');
  await until(`HAProxy of ${layout.name} answers`, async () => {
    if (child.exitCode !== null) throw new Error(`HAProxy ended: ${said}`);
    return (await serverStates(layout)).size > 0;
  });
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}

/** By backend/server, as HAProxy says it: UP, DOWN, no check. Empty when it says nothing. */
export async function serverStates({ stats }: ProxyLayout): Promise<Map<string, string>> {
  let text: string;
  try {
    text = await (await fetch(`http://${stats.address}:${stats.port}/;csv`)).text();
  } catch {
    return new Map();
  }
  const [head = '', ...rows] = text.trim().split('\n');
  const column = head.split(',').indexOf('status');
  const cells = rows.map((row) => row.split(','));
  return new Map(
    cells
      .filter(([, server]) => server !== 'FRONTEND' && server !== 'BACKEND')
      .map((row) => [`${row[0]}/${row[1]}`, row[column] ?? '']),
  );
}

async function freePorts(address: string, count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, address);
    await once(server, 'listening');
    const bound = server.address();
    if (bound !== null && typeof bound === 'object') ports.push(bound.port);
  }
  for (const server of servers) server.close();
  return ports;
}
