/** What the SQLite store costs: throughput with many in flight, and the latency of one alone. Prints JSON. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { onlyOnceId, shardOf } from '../src/relay/store/places.ts';
import type { JournalRow } from '../src/relay/store/port.ts';
import { openSqliteStore } from '../src/relay/store/sqlite/open.ts';

const folder = mkdtempSync(join(tmpdir(), 'relay-bench-store-'));
const store = await openSqliteStore({ path: join(folder, 'relay.db') });
const raw = new TextEncoder().encode(JSON.stringify({ text: 'disk full on db1', more: 'x'.repeat(300) }));
let seq = 0;

const journalRow = (): JournalRow => {
  seq += 1;
  const dedupKey = `disk full on db${seq % 1000}`;
  const stamp = { host: 'bench', seq, atMs: Date.now(), trusted: true };
  const shard = shardOf(`i:db/${dedupKey}`);
  return {
    id: onlyOnceId(stamp, 'a', shard),
    shard,
    stamp,
    input: {
      kind: 'alert',
      events: [
        {
          action: 'trigger',
          service: 'db',
          dedupKey,
          severity: 'critical',
          summary: dedupKey,
          source: 'plain',
        },
      ],
    },
    raw,
  };
};

const ops = new Map<string, string>();
/** A lineage's commit as the engine makes it: 2 KB of state, one line of timeline, one list entry. */
const commitOnce = async (number: number): Promise<void> => {
  const key = `i:db/key ${number}`;
  const op = randomUUID();
  const body = { number, service: 'db', summary: 'disk full', openedAt: '2026-01-01T00:00:00Z' };
  const result = await store.commit({
    key,
    expect: ops.get(key) ?? null,
    op,
    state: { number, padding: 'x'.repeat(2_000) },
    rows: [{ kind: 'timeline', key: `${number}/${op}`, body: { atMs: 1, text: 'opened: first event' } }],
    incidents: [{ number, lineage: key, open: true, body }],
  });
  if (result !== 'applied') throw new Error(`commit of ${key}: ${JSON.stringify(result)}`);
  ops.set(key, op);
};

/** Keeps `inFlight` running for `total` in all; per second, and the main thread's own time for each. */
async function storm(total: number, inFlight: number, once: (at: number) => Promise<void>): Promise<object> {
  const loop = performance.eventLoopUtilization();
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < total) {
      next += 1;
      await once(next);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const tookMs = performance.now() - startedMs;
  const used = performance.eventLoopUtilization(loop);
  const { user, system } = process.cpuUsage(cpu);
  return {
    inFlight,
    perSecond: Math.round((total / tookMs) * 1000),
    mainThreadMicrosEach: round((used.active / total) * 1000),
    processCpuMicrosEach: round((user + system) / total),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

async function alone(times: number, once: (at: number) => Promise<void>): Promise<object> {
  const tookMs: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const startedMs = performance.now();
    await once(at);
    tookMs.push(performance.now() - startedMs);
  }
  tookMs.sort((a, b) => a - b);
  const quantile = (q: number): number => round(tookMs[Math.floor(times * q)] ?? 0);
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

const append = async (): Promise<void> => void (await store.append([journalRow()]));
const rssMb = (): number => Math.round(process.memoryUsage.rss() / 1e6);
try {
  const idleMb = rssMb();
  await storm(2_000, 64, append);
  const results = {
    cores: availableParallelism(),
    lone: { append: await alone(1_000, append), commit: await alone(1_000, (at) => commitOnce(at % 100)) },
    appends: [await storm(60_000, 64, append), await storm(60_000, 1_000, append)],
    // Each lane of keys is taken by one commit at a time, as by the engine.
    commits: [await storm(20_000, 64, (at) => commitOnce(1_000 + at))],
    rssMb: { idle: idleMb, after: rssMb() },
  };
  console.log(JSON.stringify(results, null, 2));
} finally {
  await store.close();
  rmSync(folder, { recursive: true });
}
