/** The same while another service and its person are in a storm: nobody may queue behind somebody else's storm. */
import type { Measurement } from '../measurement.ts';
import { httpLoad } from '../load/run.ts';
import { firstCalls } from '../rig/latency.ts';
import { openRelay } from '../rig/relay.ts';

const P50_MS = 15;
const P99_MS = 60;
/** A third of what the intake should bear: new incidents, all for one person. */
const STORM_RATE = 2_000;
const SECONDS = 15;

export const firstCallInStorm: Measurement = {
  name: 'first-call-in-storm',
  goal: `alert to first provider call while another service's person has ${STORM_RATE} alerts/s: p50 <= ${P50_MS} ms, p99 <= ${P99_MS} ms`,
  async run(say) {
    const relay = await openRelay();
    try {
      const storm = await relay.addService(
        'storm',
        { email: 'storm@example.com', phone: '+15550111' },
        300_000,
      );
      await firstCalls(relay, { key: relay.key, rate: 20, seconds: 3 });
      const stormy = httpLoad({
        port: relay.http.port,
        key: storm,
        connections: 16,
        rate: STORM_RATE,
        seconds: SECONDS + 2,
        keys: STORM_RATE * (SECONDS + 2),
      });
      const values = await firstCalls(relay, { key: relay.key, rate: 10, seconds: SECONDS, first: 10_000 });
      const load = await stormy;
      say(`the storm: ${load.perSecond}/s`);
      const { open } = await relay.status();
      return {
        values: { ...values, stormPerSecond: load.perSecond, open: open.triggered },
        met: values.p50Ms <= P50_MS && values.p99Ms <= P99_MS && values.missing === 0,
      };
    } finally {
      await relay.close();
    }
  },
};
