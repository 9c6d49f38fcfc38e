/** From the client's send of an alert to the first provider request that names it. */
import { setTimeout as delay } from 'node:timers/promises';
import { pacedLoad } from '../load/run.ts';
import { quantile, rounded } from '../measurement.ts';
import type { Relay } from './relay.ts';

export interface FirstCalls {
  p50Ms: number;
  p99Ms: number;
  worstMs: number;
  alerts: number;
  /** Alerts that no provider request named in time. */
  missing: number;
}

/** What is still on its way when the last alert has been sent has so long. */
const LATE_MS = 15_000;

/** Sends single alerts and finds them in what the providers received. */
export async function firstCalls(
  relay: Relay,
  alerts: { key: string; rate: number; seconds: number; first?: number },
): Promise<FirstCalls> {
  const { sentMs } = await pacedLoad({ port: relay.http.port, first: 0, ...alerts });
  for (const limitMs = performance.now() + LATE_MS; ; await delay(100)) {
    const { firstMs } = await relay.providers.report();
    const received = new Map(firstMs);
    const tookMs = sentMs.flatMap(([mark, atMs]) => {
      const calledMs = received.get(mark);
      return calledMs === undefined ? [] : [calledMs - atMs];
    });
    const missing = sentMs.length - tookMs.length;
    if (missing > 0 && performance.now() < limitMs) continue;
    tookMs.sort((a, b) => a - b);
    return {
      p50Ms: rounded(quantile(tookMs, 0.5), 1),
      p99Ms: rounded(quantile(tookMs, 0.99), 1),
      worstMs: rounded(tookMs.at(-1) ?? Number.NaN, 1),
      alerts: sentMs.length,
      missing,
    };
  }
}
