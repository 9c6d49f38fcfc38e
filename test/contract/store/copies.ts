/** What a copy promises that is made while the store goes on: restored, it has lost nothing and repeats nothing. */
import { describe, expect, test } from 'vitest';
import type { Movable } from '../../../src/relay/store/moving.ts';
import type { Store, WorkId } from '../../../src/relay/store/port.ts';
import { Pager } from './pager.ts';
import { walkedJournal } from './samples.ts';

type Copied = Store & { readonly moving: Movable };

const SLOW_MS = 120_000;
/** Enough for several pages of work rows. */
const BEFORE = 120;
const AT_LEAST_DURING = 15;

/** `source`: a new, empty store each time; `target`: one to restore into. */
export function copyPromises(
  name: string,
  { source, target }: { source: () => Promise<Copied>; target: () => Promise<Copied> },
): void {
  describe(`a copy of ${name} while it is worked with`, () => {
    test(
      'whatever was accepted before it opens its incident once, and is paged once, after a restore',
      async () => {
        const live = await source();
        const pager = new Pager(live);
        const before: WorkId[] = [];
        for (let count = 0; count < BEFORE; count += 1) before.push(await pager.accept());
        for (const id of before.slice(0, -5)) await pager.carry(id);

        // It goes on all the while, beginning with what was under way when the copy began.
        const copied = new AbortController();
        let during = 0;
        const working = (async (): Promise<void> => {
          for (const id of before.slice(-5)) await pager.carry(id);
          while (!copied.signal.aborted || during < AT_LEAST_DURING) {
            await pager.carry(await pager.accept());
            during += 1;
          }
        })();
        const restored = await target();
        for await (const pieces of live.moving.copy()) await restored.moving.put(pieces);
        copied.abort();
        await working;

        const after = new Pager(restored);
        const told = await after.told();
        expect(await after.messages()).toBe(told.length);
        // Nobody was paged for what no lineage knows.
        const opened = new Set(await after.opened());
        expect(told.filter((id) => !opened.has(id))).toEqual([]);
        for (const id of await walkedJournal(restored, 500)) await after.carry(id);
        expect(await walkedJournal(restored, 500)).toEqual([]);
        const count = (ids: readonly WorkId[]): number[] =>
          before.map((id) => ids.filter((one) => one === id).length);
        expect(count(await after.opened())).toEqual(before.map(() => 1));
        expect(count(await after.told())).toEqual(before.map(() => 1));
      },
      SLOW_MS,
    );

    test(
      'each aggregate in it is whole, however fast it changes',
      async () => {
        const live = await source();
        const pager = new Pager(live);
        await pager.carry(await pager.accept());
        const copied = new AbortController();
        const working = (async (): Promise<void> => {
          while (!copied.signal.aborted) await pager.carry(await pager.accept());
        })();
        const rows = new Map<string, Set<string>>();
        const ops = new Map<string, string>();
        for await (const pieces of live.moving.copy()) {
          for (const piece of pieces) {
            if (piece.kind === 'aggregate') ops.set(piece.key, piece.op);
            if (piece.kind === 'row')
              rows.set(piece.aggregate, (rows.get(piece.aggregate) ?? new Set()).add(piece.op));
          }
        }
        copied.abort();
        await working;
        expect(rows.size).toBeGreaterThan(0);
        for (const [aggregate, seen] of rows) expect([...seen]).toEqual([ops.get(aggregate)]);
      },
      SLOW_MS,
    );
  });
}
