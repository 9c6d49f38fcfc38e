import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Agent } from '../../../src/relay/agent/agent.ts';
import { HostNumbers } from '../../../src/relay/agent/host-numbers.ts';
import type { AgentConfig } from '../../../src/relay/config/types.ts';
import { HandClock } from '../observe/hand-clock.ts';

let proc: string;
let clock: HandClock;
beforeEach(async () => {
  clock = new HandClock();
  proc = await mkdtemp(join(tmpdir(), 'relay-agent-'));
  await mkdir(join(proc, 'net'));
  await mkdir(join(proc, 'self'));
  await writeFile(join(proc, 'stat'), 'cpu  100 0 50 850 0 0 0 0 0 0\ncpu0 100 0 50 850\nbtime 1795246380\n');
  await writeFile(join(proc, 'loadavg'), '0.50 0.25 0.10 1/100 1\n');
  await writeFile(join(proc, 'self/mountinfo'), `27 1 254:0 / ${tmpdir()} rw - ext4 /dev/vda rw\n`);
});
afterEach(() => rm(proc, { recursive: true, force: true }));

const log = { info: () => {}, warn: () => {}, error: () => {} };

async function agentOf(more: Partial<AgentConfig>, tracking: string | null = null) {
  const config: AgentConfig = {
    path: '/etc/relay/metrics.yaml',
    listen: { host: '127.0.0.1', port: 0 },
    everyMs: 10_000,
    metrics: null,
    haproxy: null,
    cassandra: null,
    ...more,
  };
  const agent = new Agent({
    config,
    host: new HostNumbers({ proc, tracking: () => Promise.resolve(tracking) }),
    clock,
    log,
  });
  const port = await agent.start();
  onTestFinished(() => agent.stop());
  const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return { agent, port, scrape };
}

/** An exporter whose text a test changes; null: it answers 503. */
async function exporter(first: string): Promise<{ url: string; text: string | null; server: Server }> {
  const made = { url: '', text: first as string | null, server: createServer() };
  made.server.on('request', (_, response) => {
    response.writeHead(made.text === null ? 503 : 200).end(made.text ?? 'not now');
  });
  made.server.listen(0, '127.0.0.1');
  await once(made.server, 'listening');
  onTestFinished(() => {
    made.server.closeAllConnections();
    made.server.close();
  });
  made.url = `http://127.0.0.1:${(made.server.address() as AddressInfo).port}/metrics`;
  return made;
}

describe('Prometheus', () => {
  it('is told how the host stands when it asks', async () => {
    const { scrape, port } = await agentOf({}, '1,2,3,4,-0.5,6,7,8,9,10,11,12,13,Normal\n');
    const text = await scrape();
    expect(text).toContain('host_cpu_seconds_total{mode="idle"} 8.5\n');
    expect(text).toContain('host_load{minutes="5"} 0.25\n');
    expect(text).toMatch(new RegExp(`^host_disk_free_bytes\\{mount="${tmpdir()}"\\} [1-9]\\d*$`, 'mu'));
    expect(text).toContain('host_clock_synchronized 1\n');
    expect(text).toContain('host_clock_ahead_seconds 0.5\n');
    await writeFile(join(proc, 'loadavg'), '0.50 3.00 0.10 1/100 1\n');
    expect(await scrape()).toContain('host_load{minutes="5"} 3\n');
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
  });

  it('is told nothing of what this host does not say', async () => {
    const { scrape } = await agentOf({});
    const text = await scrape();
    expect(text).not.toMatch(/^host_clock/mu);
    expect(text, 'no meminfo').not.toMatch(/^host_memory/mu);
  });

  it('is told what is worth having of HAProxy, and that it is gone when it is', async () => {
    const haproxy = await exporter(`haproxy_server_status{proxy="in",server="a1",state="UP"} 1
haproxy_server_status{proxy="in",server="a1",state="DOWN"} 0
haproxy_server_sessions_total{proxy="in",server="a1"} 41
haproxy_server_bytes_in_total{proxy="in",server="a1"} 5
`);
    const { scrape } = await agentOf({ haproxy: haproxy.url });
    const text = await scrape();
    expect(text).toContain('haproxy_server_status{proxy="in",server="a1"} 1\n');
    expect(text).toContain('haproxy_server_sessions_total{proxy="in",server="a1"} 41\n');
    expect(text).not.toContain('bytes_in');
    expect(text).toContain('relay_metrics_source_up{source="haproxy"} 1\n');
    expect(text, 'there is none here').not.toContain('source="cassandra"');
    haproxy.text = null;
    const gone = await scrape();
    expect(gone).not.toMatch(/^haproxy_/mu);
    expect(gone).toContain('relay_metrics_source_up{source="haproxy"} 0\n');
  });
});

describe('StatsD', () => {
  it('is told by how much counters of others grow, from when they were first seen, and after they began anew', async () => {
    const socket = createSocket('udp4');
    const lines: string[] = [];
    let wake = (): void => undefined;
    socket.on('message', (packet) => {
      lines.push(...packet.toString().split('\n'));
      wake();
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    const more = (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
      });
    /** Everything up to the packet with the line that ends a round. */
    const round = async (end: string): Promise<string[]> => {
      clock.advance(10_000);
      while (!lines.includes(end)) await more();
      return lines.splice(0);
    };
    const count = (dropped: number): string =>
      `cassandra_dropped_messages_total{message="MUTATION"} ${dropped}\n`;
    const cassandra = await exporter(count(1_000));
    await agentOf({
      cassandra: cassandra.url,
      metrics: {
        statsd: { host: '127.0.0.1', port: socket.address().port },
        prefix: 'relay.a1',
        tags: 'none',
        latencies: 'ms',
        constantTags: {},
      },
    });
    const up = 'relay.a1.metrics_source_up.cassandra:1|g';
    const first = await round(up);
    expect(first).toContain('relay.a1.host.load.1:0.5|g');
    expect(first.filter((line) => line.includes('dropped'))).toEqual([]);
    const dropped = 'relay.a1.cassandra.dropped_messages.MUTATION';
    cassandra.text = count(1_007);
    await round(`${dropped}:7|c`);
    cassandra.text = count(3);
    await round(`${dropped}:3|c`);
    cassandra.text = null;
    await round('relay.a1.metrics_source_up.cassandra:0|g');
  });
});
