/** Whether open incidents slow the intake down: two daemons in turns, one with very many open and one with none. */
import type { Measurement } from '../measurement.ts';
import { median, rounded } from '../measurement.ts';
import { httpLoad } from '../load/run.ts';
import { openRelay } from '../rig/relay.ts';
import type { Relay } from '../rig/relay.ts';

const OPEN = 100_000;
const RATIO = 0.9;
const ROUNDS = 5;
const ROUND_SECONDS = 5;
/** Nobody is told a second time while it is measured. */
const ESCALATE_MS = 8 * 60 * 60_000;

export const manyOpen: Measurement = {
  name: 'many-open',
  goal: `intake with ${OPEN} open incidents relative to none, in turns: at least ${RATIO}`,
  async run(say) {
    const many = await openRelay();
    try {
      const none = await openRelay();
      try {
        const openedPerSecond = await openMany(many, say);
        const figures = { many: [] as number[], none: [] as number[] };
        for (let round = -1; round < ROUNDS; round += 1) {
          for (const [name, relay] of Object.entries({ none, many })) {
            const { perSecond } = await httpLoad({
              port: relay.http.port,
              key: relay.key,
              seconds: round < 0 ? 2 : ROUND_SECONDS,
            });
            await relay.drained(120_000);
            say(`${name} ${perSecond}/s`);
            if (round >= 0) figures[name as keyof typeof figures].push(perSecond);
          }
        }
        const ratio = rounded(median(figures.many) / median(figures.none), 2);
        const { open } = await many.status();
        return {
          values: {
            ratio,
            manyPerSecond: median(figures.many),
            nonePerSecond: median(figures.none),
            open: open.triggered,
            openedPerSecond,
          },
          met: ratio >= RATIO && open.triggered >= OPEN,
        };
      } finally {
        await none.close();
      }
    } finally {
      await many.close();
    }
  },
};

/** Opens them through the daemon's own door; returns how many a second were opened and told. */
async function openMany(relay: Relay, say: (text: string) => void): Promise<number> {
  const key = await relay.addService('many', { email: 'many@example.com' }, ESCALATE_MS);
  const startMs = performance.now();
  const load = await httpLoad({ port: relay.http.port, key, count: OPEN, keys: OPEN, prefix: 'many' });
  say(`${load.accepted} incidents accepted at ${load.perSecond}/s`);
  await relay.drained(600_000);
  const seconds = (performance.now() - startMs) / 1_000;
  say(`all open after ${rounded(seconds)} s`);
  return rounded(OPEN / seconds);
}
