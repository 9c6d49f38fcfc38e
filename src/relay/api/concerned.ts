/** Tells whom a change of stand-ins concerns. */
import type { NewInput } from '../events/accept.ts';
import { concerned, type StandInChange } from '../oncall/concerned.ts';
import type { Core } from './core.ts';
import type { ToldOf } from './oncall-wire.ts';

/**
 * Told once for each version of the roster; people who did it themselves aren't, unless `everybody`. The edit is made
 * whatever becomes of this: never rejects.
 */
export async function tellConcerned(
  core: Pick<Core, 'accept'>,
  change: StandInChange,
  everybody = false,
): Promise<ToldOf> {
  const all = [...concerned(change)].filter(([person]) => everybody || person !== change.by);
  const people = all.map(([person]) => person);
  if (all.length === 0) return { told: [] };
  const inputs = all.map(
    ([person, text]): NewInput => ({
      stableId: `oncall-${change.after.version}-${person}`,
      input: { kind: 'notice', person, ...text },
      raw: null,
    }),
  );
  try {
    await core.accept(inputs);
    return { told: people };
  } catch {
    return { untold: people };
  }
}
