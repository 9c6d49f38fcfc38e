/** The numbers of this host, of its HAProxy and of its Cassandra: for Prometheus who asks, and pushed to StatsD. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AgentConfig } from '../config/types.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { CounterFamily, GaugeFamily, type Family } from '../observe/series.ts';
import { Statsd } from '../observe/statsd.ts';
import type { HostNumbers } from './host-numbers.ts';
import { createServer } from './lean-http.ts';
import { ScrapedSource } from './scraped-source.ts';
import { CASSANDRA, HAPROXY } from './wanted.ts';

export interface AgentParts {
  config: AgentConfig;
  host: HostNumbers;
  clock: Clock;
  log: Log;
}

/** What it tells of itself, beside the host and the sources. */
export const AGENT_METRICS = ['relay_metrics_source_up', 'relay_metrics_statsd_lost_total'] as const;

export class Agent {
  readonly #parts: AgentParts;
  readonly #sources: ScrapedSource[];
  readonly #up = new GaugeFamily(
    AGENT_METRICS[0],
    '1 while an exporter on this host answers with its numbers.',
    ['source'],
  );
  readonly #lost = new CounterFamily(AGENT_METRICS[1], 'Packets for StatsD that could not be sent.', []);
  readonly #families: readonly Family[];
  readonly #statsd: Statsd;
  readonly #server: Server;
  #collecting: Promise<void> | null = null;

  constructor(parts: AgentParts) {
    const { config, host, clock, log } = parts;
    this.#parts = parts;
    this.#sources = [
      { name: 'haproxy', url: config.haproxy, wanted: HAPROXY },
      { name: 'cassandra', url: config.cassandra, wanted: CASSANDRA },
    ].flatMap(({ name, url, wanted }) => (url === null ? [] : [new ScrapedSource({ name, url, wanted })]));
    this.#families = [
      ...host.families,
      this.#up,
      this.#lost,
      ...this.#sources.flatMap(({ families }) => families),
    ];
    this.#statsd = new Statsd({
      families: this.#families,
      clock,
      log,
      pace: { flushMs: config.everyMs, standingEvery: 1 },
      nameOf: pushedName,
      refresh: () => this.#collect(),
      onLost: (packets) => this.#lost.add([], packets),
    });
    this.#server = createServer((request, response) => {
      const isMetrics = request.url === '/metrics' && (request.method === 'GET' || request.method === 'HEAD');
      if (!isMetrics) {
        response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics\n');
        return;
      }
      void this.text().then((text) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      );
    });
  }

  /** Resolves with the port once it listens; rejects when it can't. */
  async start(): Promise<number> {
    const { listen, metrics } = this.#parts.config;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(listen.port, listen.host, resolve);
    });
    await this.#statsd.change(metrics);
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await this.#statsd.stop();
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  /** Everything as it is now, for Prometheus. */
  async text(): Promise<string> {
    await this.#collect();
    return this.#families.map((family) => family.text()).join('');
  }

  /** Whoever asks meanwhile shares one look. */
  #collect(): Promise<void> {
    this.#collecting ??= this.#read().finally(() => {
      this.#collecting = null;
    });
    return this.#collecting;
  }

  async #read(): Promise<void> {
    const [, ...answers] = await Promise.all([
      this.#parts.host.read(),
      ...this.#sources.map((source) => source.read()),
    ]);
    this.#sources.forEach(({ name }, at) => this.#up.set([name], answers[at] === true ? 1 : 0));
  }
}

/** `host_load` is `host.load`, `haproxy_server_status` is `haproxy.server_status`, `jvm_…` is Cassandra's. */
const pushedName = (name: string): string =>
  name
    .replace(/^jvm_/u, 'cassandra.jvm_')
    .replace(/^(?<part>host|haproxy|cassandra)_/u, '$<part>.')
    .replace(/^relay_/u, '')
    .replace(/_total$/u, '');
