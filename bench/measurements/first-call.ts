/** From an alert to the first provider call that names it, at a steady pace, all of it for one person. */
import type { Measurement } from '../measurement.ts';
import { firstCalls } from '../rig/latency.ts';
import { openRelay } from '../rig/relay.ts';

const P50_MS = 15;
const P99_MS = 60;

export const firstCall: Measurement = {
  name: 'first-call',
  goal: `alert to first provider call, 50 alerts/s for one person, each its own incident: p50 <= ${P50_MS} ms, p99 <= ${P99_MS} ms`,
  async run() {
    const relay = await openRelay();
    try {
      await firstCalls(relay, { key: relay.key, rate: 50, seconds: 4 });
      const values = await firstCalls(relay, { key: relay.key, rate: 50, seconds: 20, first: 10_000 });
      return {
        values: { ...values },
        met: values.p50Ms <= P50_MS && values.p99Ms <= P99_MS && values.missing === 0,
      };
    } finally {
      await relay.close();
    }
  },
};
