/** What reading an alert mail costs: every fixture's bytes through the daemon's own reader, its worker thread included. */
import { readFileSync } from 'node:fs';
import { createMailReader } from '../../src/relay/events/mail/reader.ts';
import { fixtures } from '../../test/formats/fixtures.ts';
import { rounded, type Measurement } from '../measurement.ts';

const PER_CORE_S = 2_000;
const ROUND_MS = 8_000;
/** As many as a storm keeps waiting. */
const AT_ONCE = 256;

export const mails: Measurement = {
  name: 'mails',
  goal: `mails read to events through the worker, processor time of all threads: at least ${PER_CORE_S}/s of one core`,
  async run() {
    const raws = fixtures()
      .filter(({ http }) => http === null)
      .map(({ path }) => readFileSync(path));
    let at = 0;
    const next = (): Buffer => raws[(at = (at + 1) % raws.length)] ?? Buffer.alloc(0);
    const reader = createMailReader({ log: { info: nothing, warn: nothing, error: nothing } });
    try {
      await round(() => reader.read(next(), CONTEXT), ROUND_MS / 4);
      const began = process.cpuUsage();
      const read = await round(() => reader.read(next(), CONTEXT), ROUND_MS);
      const { user, system } = process.cpuUsage(began);
      const perCoreS = (read.count / (user + system)) * 1_000_000;
      return {
        values: {
          mailsPerCoreS: rounded(perCoreS),
          mailsPerS: rounded((read.count / read.tookMs) * 1_000),
          fixtures: raws.length,
        },
        met: perCoreS >= PER_CORE_S,
      };
    } finally {
      await reader.close();
    }
  },
};

const CONTEXT = { service: 'default', tag: null };
const nothing = (): void => undefined;

/** Keeps so many going for a while. */
async function round(read: () => Promise<unknown>, ms: number): Promise<{ count: number; tookMs: number }> {
  const beganMs = performance.now();
  let count = 0;
  const one = async (): Promise<void> => {
    while (performance.now() - beganMs < ms) {
      await read();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { count, tookMs: performance.now() - beganMs };
}
