/** Who works with a store, seen by nothing but the signs of life in it: for those who have only begun to look. */
import type { Clock } from '../engine/ports.ts';
import type { Beat } from '../store/port.ts';

/** A living host gives a sign each 2 s; after this long one that gave none is taken for dead. */
const LOOK_MS = 6_000;
const AGAIN_MS = 500;

export interface Signs {
  newest: Map<string, Beat>;
  /** Hosts whose signs went on while they were looked at. */
  moved: Set<string>;
}

/** Looks until those who have moved are `enough`, or for as long as a living host may take. Rejects as `read` does. */
export async function signsOf(
  read: () => Promise<Beat[]>,
  clock: Pick<Clock, 'monoMs' | 'after'>,
  enough: (moved: ReadonlySet<string>) => boolean,
): Promise<Signs> {
  const untilMonoMs = clock.monoMs() + LOOK_MS;
  const counts = new Map<string, number>();
  const newest = new Map<string, Beat>();
  const moved = new Set<string>();
  for (;;) {
    for (const beat of await read()) {
      const life = `${beat.host} ${beat.life}`;
      const before = counts.get(life);
      if (before !== undefined && beat.count > before) moved.add(beat.host);
      counts.set(life, beat.count);
      const known = newest.get(beat.host);
      if (known === undefined || beat.firstSeq >= known.firstSeq) newest.set(beat.host, beat);
    }
    if (enough(moved) || clock.monoMs() >= untilMonoMs) break;
    await new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve));
  }
  return { newest, moved };
}
