/** Alerts to the hosts of a local cluster, and when the phone network was called about each. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterJson } from '../../src/relay/cluster/wire.ts';
import type { LocalCluster } from '../../test/cluster/cluster.ts';
import type { LocalHost } from '../../test/cluster/daemon.ts';
import type { Service } from '../../test/cluster/roster.ts';
import { post } from '../../test/cluster/senders.ts';
import { MARKS, markOf } from '../load/mark.ts';
import { quantile, rounded } from '../measurement.ts';

/** One alert; times in milliseconds of performance.now(). */
export interface Sent {
  host: string;
  sentMs: number;
  acceptedMs: number;
  calledMs: number;
}

const CALLED_WITHIN_MS = 120_000;
const IDLE_WITHIN_MS = 30_000;

export class ClusterPages {
  readonly #cluster: LocalCluster;
  readonly #services: readonly Service[];
  readonly #calls = new Map<string, PromiseWithResolvers<number>>();
  #next = 0;

  constructor(cluster: LocalCluster, services: readonly Service[]) {
    this.#cluster = cluster;
    this.#services = services;
    cluster.standins.twilio.on('request', ({ kind, params }) => {
      if (kind !== 'send') return;
      const atMs = performance.now();
      for (const [mark] of (params.get('Body') ?? '').matchAll(MARKS)) this.#calls.get(mark)?.resolve(atMs);
    });
  }

  /** An incident of its own, taken by each of `hosts` at once. Rejects when one refuses it or nobody is called. */
  async page(hosts: readonly LocalHost[]): Promise<Sent[]> {
    const mark = markOf((this.#next += 1));
    const service = this.#services[this.#next % this.#services.length];
    if (service === undefined) throw new Error('alerts for no service');
    const call = Promise.withResolvers<number>();
    this.#calls.set(mark, call);
    const { id, routingKey } = service;
    const taken = await Promise.all(
      hosts.map(async (host) => {
        const sentMs = performance.now();
        const answer = await post(host, {
          service: id,
          routingKey,
          dedupKey: mark,
          summary: `${mark} disk full`,
        });
        if (answer === null) throw new Error(`${host.name} did not take ${mark}`);
        return { host: host.name, sentMs, acceptedMs: performance.now() };
      }),
    );
    const late = setTimeout(
      () => call.reject(new Error(`nobody was called about ${mark}`)),
      CALLED_WITHIN_MS,
    );
    try {
      const calledMs = await call.promise;
      return taken.map((one) => ({ ...one, calledMs }));
    } finally {
      clearTimeout(late);
      this.#calls.delete(mark);
    }
  }

  /** At an even pace through all hosts in turn; resolves when all have led to a call. */
  async load(perSecond: number, seconds: number): Promise<Sent[]> {
    const { hosts } = this.#cluster;
    const startMs = performance.now();
    const pages: Promise<Sent[]>[] = [];
    for (let count = 0; count < perSecond * seconds; count += 1) {
      await delay(Math.max(0, startMs + (count * 1_000) / perSecond - performance.now()));
      const page = this.page(hosts.slice(count % hosts.length).slice(0, 1));
      page.catch(() => {});
      pages.push(page);
    }
    return (await Promise.all(pages)).flat();
  }

  /** Resolves when no host has anything left to do. */
  async idle(): Promise<void> {
    for (const limitMs = performance.now() + IDLE_WITHIN_MS; ; await delay(200)) {
      const { lag, spool } = await this.#cluster.anyHost.api.get<ClusterJson>('/v1/cluster');
      if (lag?.journal === 0 && spool.waiting === 0) return;
      if (performance.now() > limitMs) throw new Error(`${lag?.journal} inputs are still undone`);
    }
  }
}

/** Of what each alert took, in milliseconds. */
export function spread(tookMs: readonly number[]): { p50Ms: number; p99Ms: number; worstMs: number } {
  const sorted = tookMs.toSorted((a, b) => a - b);
  return {
    p50Ms: rounded(quantile(sorted, 0.5)),
    p99Ms: rounded(quantile(sorted, 0.99)),
    worstMs: rounded(sorted.at(-1) ?? Number.NaN),
  };
}
