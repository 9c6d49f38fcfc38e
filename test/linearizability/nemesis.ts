/** Breaks real nodes while clients work: kills, pauses, a whole datacenter, three at once; all drawn from a seed. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../cassandra/cluster.ts';
import { whichNodes } from '../cassandra/which.ts';
import type { Prng } from '../sim/prng.ts';

/** `three`: no quorum is left. */
type Which = 'one' | 'datacenter' | 'three';
interface Fault {
  how: 'kill' | 'pause';
  which: Which;
}

/** Each comes once before any comes again. */
const FAULTS: readonly Fault[] = [
  { how: 'kill', which: 'one' },
  { how: 'pause', which: 'one' },
  { how: 'pause', which: 'datacenter' },
  { how: 'kill', which: 'datacenter' },
  { how: 'pause', which: 'three' },
  { how: 'kill', which: 'three' },
];
const PAUSED_MS = { least: 3_000, most: 8_000 };
const DEAD_MS = { least: 500, most: 4_000 };
const WELL_MS = { least: 500, most: 3_000 };

/** Goes on for so long; `say` hears what it does. The cluster may be left broken: heal it. */
export async function breakNodes(
  cluster: Cluster,
  forMs: number,
  chance: Prng,
  say: (text: string) => void,
): Promise<Record<string, number>> {
  const untilMs = performance.now() + forMs;
  const done: Record<string, number> = {};
  const rest = async ({ least, most }: { least: number; most: number }): Promise<void> => {
    await pause(Math.max(0, Math.min(chance.int(least, most), untilMs - performance.now())));
  };
  let bag: Fault[] = [];
  for (;;) {
    await rest(WELL_MS);
    if (performance.now() >= untilMs) return done;
    if (bag.length === 0) bag = shuffled(FAULTS, chance);
    const fault = bag.pop();
    if (fault === undefined) return done;
    const nodes = drawn(cluster, fault.which, chance);
    const name = `${fault.how} ${fault.which}`;
    done[name] = (done[name] ?? 0) + 1;
    say(`${fault.how} ${nodes.join(', ')}`);
    if (fault.how === 'pause') {
      await Promise.all(nodes.map((k) => cluster.pause(k)));
      await rest(PAUSED_MS);
      await Promise.all(nodes.map((k) => cluster.resume(k)));
    } else {
      await Promise.all(nodes.map((k) => cluster.kill(k)));
      await rest(DEAD_MS);
      // One after the other: in between, some are back and some are not.
      for (const k of nodes) await cluster.restart(k);
    }
    say(`${nodes.join(', ')} again`);
  }
}

/** Numbers of nodes. */
function drawn(cluster: Cluster, which: Which, chance: Prng): number[] {
  const all = cluster.nodes.map(({ k }) => k);
  if (which === 'three') return shuffled(all, chance).slice(0, 3);
  if (which === 'one') return [chance.pick(all)];
  return whichNodes(cluster.nodes, [chance.pick(['dc-a', 'dc-b'])]).map(({ k }) => k);
}

function shuffled<T>(items: readonly T[], chance: Prng): T[] {
  return items
    .map((item) => ({ item, at: chance.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
