/** What the daemon holds while nothing happens, with mail and Twilio configured: after a first start and a later one. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Measurement } from '../measurement.ts';
import { rounded } from '../measurement.ts';
import { diskFolder } from '../rig/disk.ts';
import { rssMb } from '../rig/proc.ts';
import { openRelay } from '../rig/relay.ts';

const MB = 120;
/** Beyond the first poll for inbound texts, after which nothing new is loaded. */
const SETTLE_MS = 15_000;
const SAMPLES = 10;

export const idleMemory: Measurement = {
  name: 'idle-memory',
  goal: `resident memory when idle, mail and Twilio configured, first start and later ones: at most ${MB} MB`,
  async run() {
    const cache = await diskFolder();
    try {
      const firstStartMb = await settled(cache.dir);
      const laterStartMb = await settled(cache.dir);
      return {
        values: { firstStartMb, laterStartMb },
        met: firstStartMb <= MB && laterStartMb <= MB,
      };
    } finally {
      await cache.remove();
    }
  },
};

/** The most it held in some seconds of idleness. */
async function settled(compileCache: string): Promise<number> {
  const relay = await openRelay({ compileCache });
  try {
    await delay(SETTLE_MS);
    let mostMb = 0;
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      mostMb = Math.max(mostMb, await rssMb(relay.pid));
      await delay(500);
    }
    return rounded(mostMb, 1);
  } finally {
    await relay.close();
  }
}
