/** One scenario from its first alert to its verdict. */
import { setTimeout as delay } from 'node:timers/promises';
import type { IncidentJson } from '../../../src/relay/api/wire.ts';
import type { ClusterJson } from '../../../src/relay/cluster/wire.ts';
import type { LocalCluster } from '../cluster.ts';
import type { Service } from '../roster.ts';
import { Load, type SentAlert } from './load.ts';
import { readPage } from './pages.ts';
import { BEFORE_MS, type Scenario } from './scenarios.ts';
import type { Row } from './table.ts';
import { type Evidence, judge, type Verdict } from './verdict.ts';

/** After the mending, as long as this nothing may stand still that is still to be done: then it is lost. */
const STANDS_STILL_MS = 90_000;
/** A slow machine may be at it for minutes; at some point nobody waits any more. */
const SETTLES_WITHIN_MS = 900_000;
/** Nothing may come after it: longer than a claim lives and the provider's list lags. */
const QUIET_MS = 12_000;
const LOOK_AGAIN_MS = 1_000;
const RESOLVERS = 16;

export interface RunOptions {
  services: readonly Service[];
  first: number;
  perSecond: number;
  /** Instead of the scenario's own. */
  seconds: number | null;
  say(text: string): void;
}

/** Leaves the cluster healed, and its incidents resolved. Rejects when it can't be healed. */
export async function runScenario(
  cluster: LocalCluster,
  scenario: Scenario,
  { services, first, perSecond, seconds, say }: RunOptions,
): Promise<Row> {
  const sinceSms = cluster.standins.twilio.ledger.length;
  const load = new Load({ hosts: cluster.hosts, services, perSecond, first });
  const lastsMs = (seconds ?? scenario.seconds) * 1_000;
  const endMs = performance.now() + lastsMs;
  await delay(Math.min(BEFORE_MS, lastsMs));
  say(`  ${scenario.title}`);
  let sent: SentAlert[];
  try {
    await scenario.strike(cluster);
    await delay(Math.max(0, endMs - performance.now()));
  } finally {
    await cluster.heal();
    sent = await load.end();
  }
  say('  mended; waiting until all is done');
  const look = async (): Promise<Verdict> => judge(await evidenceOf(cluster, sent, sinceSms));
  const mendedMs = performance.now();
  await settled(cluster, look);
  const settledMs = performance.now() - mendedMs;
  await delay(QUIET_MS);
  const verdict = await look();
  await resolveAll(cluster, sent);
  return {
    ...verdict,
    name: scenario.name,
    title: scenario.title,
    settledMs,
    refused: sent.filter(({ taken }) => taken === null).length,
    slow: slowness(scenario, verdict),
  };
}

function slowness({ name, longestMs }: Scenario, verdict: Verdict): string | null {
  const { p99Ms, longestMs: worstMs } = verdict;
  if (longestMs === null) return null;
  const tookMs = name === 'healthy' ? p99Ms : worstMs;
  const what = name === 'healthy' ? 'p99' : 'the longest';
  return tookMs === null || tookMs <= longestMs
    ? null
    : `${name}: ${what} is ${Math.round(tookMs)} ms, and should be at most ${longestMs} ms`;
}

/** Resolves when nothing is left to do, or nothing gets on any more: then the verdict says what is missing. */
async function settled(cluster: LocalCluster, look: () => Promise<Verdict>): Promise<void> {
  const startedMs = performance.now();
  let least = Number.POSITIVE_INFINITY;
  for (let movedMs = startedMs; ; await delay(LOOK_AGAIN_MS)) {
    const { lost } = await look();
    const left = lost + (await leftToDo(cluster));
    if (left === 0) return;
    const nowMs = performance.now();
    if (left < least) {
      least = left;
      movedMs = nowMs;
    }
    if (nowMs - movedMs > STANDS_STILL_MS || nowMs - startedMs > SETTLES_WITHIN_MS) return;
  }
}

/** What a host couldn't tell right after a fault it is asked again. Rejects with the last reason. */
async function ask<T>(cluster: LocalCluster, path: string): Promise<T> {
  for (const untilMs = performance.now() + STANDS_STILL_MS; ; await delay(LOOK_AGAIN_MS)) {
    try {
      return await cluster.anyHost.api.get<T>(path);
    } catch (error) {
      if (performance.now() > untilMs) throw error;
    }
  }
}

const openIncidents = (cluster: LocalCluster): Promise<IncidentJson[]> => ask(cluster, '/v1/incidents');

/** Accepted inputs that are not done, in the journal or on disks; a journal that nobody could count has one. */
async function leftToDo(cluster: LocalCluster): Promise<number> {
  const { lag, spool } = await ask<ClusterJson>(cluster, '/v1/cluster');
  return (lag?.journal ?? 1) + spool.waiting;
}

async function evidenceOf(
  cluster: LocalCluster,
  sent: readonly SentAlert[],
  sinceSms: number,
): Promise<Evidence> {
  // Nothing is resolved before the verdict: what isn't open isn't there.
  const open = await openIncidents(cluster);
  const marks = new Set(sent.map(({ mark }) => mark));
  return {
    accepted: sent.flatMap(({ mark, taken }) => (taken === null ? [] : [{ mark, atMs: taken.atMs }])),
    incidents: open.flatMap(({ summary, number }) => {
      const mark = summary.split(' ')[0] ?? '';
      return marks.has(mark) ? [{ mark, number }] : [];
    }),
    pages: cluster.standins.twilio.ledger.slice(sinceSms).map(readPage),
  };
}

/** So that the next scenario begins with nothing open. */
async function resolveAll(cluster: LocalCluster, sent: readonly SentAlert[]): Promise<void> {
  const open = await openIncidents(cluster);
  const keys = new Map(sent.map(({ service }) => [service.id, service.routingKey]));
  const resolver = async (at: number): Promise<void> => {
    for (let next = at; next < open.length; next += RESOLVERS) {
      const incident = open[next];
      const host = cluster.hosts[next % cluster.hosts.length];
      if (incident === undefined || host === undefined) continue;
      const { status } = await fetch(`${host.http}/v2/enqueue`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          routing_key: keys.get(incident.service),
          event_action: 'resolve',
          dedup_key: incident.dedupKey,
        }),
      });
      if (status !== 202) throw new Error(`${host.name} answers ${status} to a resolve`);
    }
  };
  await Promise.all(Array.from({ length: RESOLVERS }, (_, at) => resolver(at)));
  while ((await leftToDo(cluster)) > 0) await delay(LOOK_AGAIN_MS);
}
