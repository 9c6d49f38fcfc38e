/**
 * Answers to what a host paged alone may be taken elsewhere before that host has brought it in (rule 13). Nobody else
 * knows the code until then, so they wait for it, in the journal and undone: at once they would be answered as unknown,
 * and be lost.
 */
import { hostIndexOfCode } from '../notifications/codes.ts';
import type { Store } from '../store/port.ts';
import { pause } from './backoff.ts';
import type { Clock } from './ports.ts';
import { messageWithCode } from './reply-facts.ts';
import type { Target } from './targets.ts';

/** From when this process first looks, so that no clock matters: whoever sees no effect for longer has done something else. */
const WITHIN_MS = 15 * 60_000;
/** So long for a message that is known, but not yet of all that it told of: the rest comes right behind, or never. */
const WHOLE_WITHIN_MS = 2 * 60_000;
const LOOK_MS = 2_000;

const NONE_UNWRITTEN = new Map<string, never>();

export interface EarlyRepliesParts {
  store: Store;
  clock: Clock;
  stopping(): boolean;
}

/** Null: none of these waits. Else resolves when none need wait any more; never once the engine stops. Rejects as `store.rows` does. */
export function earlyReplies(targets: readonly Target[], parts: EarlyRepliesParts): Promise<void> | null {
  const waiting = targets.flatMap(({ aggregate, input }) => {
    if (input.kind !== 'reply' || input.command.code === null) return [];
    const { code } = input.command;
    if (hostIndexOfCode(code) === null) return [];
    return [untilKnown(parts, aggregate, code)];
  });
  return waiting.length === 0 ? null : Promise.all(waiting).then(() => undefined);
}

async function untilKnown(
  { store, clock, stopping }: EarlyRepliesParts,
  responder: string,
  code: number,
): Promise<void> {
  const sinceMonoMs = clock.monoMs();
  const waitedMs = (): number => clock.monoMs() - sinceMonoMs;
  while (waitedMs() < WITHIN_MS) {
    const known = await messageWithCode(store, responder, code, NONE_UNWRITTEN);
    if (known !== null) {
      const isWhole = known.members.length >= (known.toldOf ?? 0);
      if (isWhole || waitedMs() >= WHOLE_WITHIN_MS) return;
    }
    await pause(clock, LOOK_MS);
    // It stays undone, for the next life.
    if (stopping()) await new Promise<never>(() => undefined);
  }
}
