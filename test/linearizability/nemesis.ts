/** Breaks real nodes while clients work: kills, pauses, stops; one, a whole datacenter, three; all drawn from a seed. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../cassandra/cluster.ts';
import { stopNode } from '../cassandra/node.ts';
import { whichNodes } from '../cassandra/which.ts';
import type { Prng } from '../sim/prng.ts';

/** `three`: no quorum is left. */
type Which = 'one' | 'datacenter' | 'three';
interface Fault {
  /** A node that is stopped in order tells the others, so that they refuse at once what needs it. */
  how: 'kill' | 'pause' | 'stop';
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
  { how: 'stop', which: 'three' },
];
const PAUSED_MS = { least: 3_000, most: 8_000 };
const DEAD_MS = { least: 500, most: 4_000 };
const WELL_MS = { least: 500, most: 3_000 };

/** How often nodes were broken how, such as `kill one`. */
export type Broken = Record<string, number>;

/** Goes on for so long, and until each fault has come once; `say` hears what it does. All nodes run again after it. */
export async function breakNodes(
  cluster: Cluster,
  forMs: number,
  chance: Prng,
  say: (text: string) => void,
): Promise<Broken> {
  const untilMs = performance.now() + forMs;
  const done: Broken = {};
  const rest = async ({ least, most }: { least: number; most: number }): Promise<void> =>
    pause(chance.int(least, most));
  let bag = shuffled(FAULTS, chance);
  for (;;) {
    await rest(WELL_MS);
    const fault = bag.pop();
    if (fault === undefined) {
      bag = shuffled(FAULTS, chance);
      continue;
    }
    const nodes = drawn(cluster, fault.which, chance);
    const name = `${fault.how} ${fault.which}`;
    done[name] = (done[name] ?? 0) + 1;
    say(`${fault.how} ${nodes.join(', ')}`);
    if (fault.how === 'pause') {
      await Promise.all(nodes.map((k) => cluster.pause(k)));
      await rest(PAUSED_MS);
      await Promise.all(nodes.map((k) => cluster.resume(k)));
    } else {
      await Promise.all(
        nodes.map((k) => (fault.how === 'kill' ? cluster.kill(k) : stopNode(cluster.node(k)))),
      );
      await rest(DEAD_MS);
      const [first, ...others] = nodes;
      // First one alone: while some are back and some are not, answers differ.
      if (first !== undefined) await cluster.restart(first);
      await Promise.all(others.map((k) => cluster.restart(k)));
    }
    say(`${nodes.join(', ')} again`);
    if (performance.now() >= untilMs && Object.keys(done).length === FAULTS.length) return done;
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
