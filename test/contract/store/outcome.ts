/** What commits come to, in words that two engines can be compared by. */
import { expect } from 'vitest';
import type { Change, Store } from '../../../src/relay/store/port.ts';

type Outcome = 'applied' | 'conflict' | 'unknown';

/** A conflict that brings what is there must bring what a load finds. */
export async function outcomeOf(store: Store, change: Change): Promise<Outcome> {
  const result = await store.commit(change);
  if (typeof result === 'string') return result;
  expect(result.conflict, 'what a conflict brings').toEqual(await store.load(change.key));
  return 'conflict';
}

/**
 * What rivals for one aggregate came to, all conditioned on the same op, with the winner's op. Unknown ones are settled
 * as the engine does it: by what is there.
 */
export async function outcomesOf(
  store: Store,
  rivals: Change[],
): Promise<{ outcomes: Outcome[]; raw: Outcome[] }> {
  const results = await Promise.all(rivals.map((rival) => store.commit(rival)));
  const loaded = await store.load(rivals[0]?.key ?? '');
  for (const result of results)
    if (typeof result === 'object') expect(result.conflict, 'what a conflict brings').toEqual(loaded);
  const raw = results.map((result): Outcome => (typeof result === 'object' ? 'conflict' : result));
  const outcomes = raw.map((outcome, at) => {
    if (outcome !== 'unknown') return outcome;
    return rivals[at]?.op === loaded.op ? 'applied' : 'conflict';
  });
  return { outcomes, raw };
}
