/** The team's rules tried on what a message was read as: one function for every door, and for who asks beforehand. */
import type { AlertEvent } from '../../types.ts';
import type { ReadyRule, ReadyRules, UnusableRule } from './compiled.ts';
import { EITHER, matchOf, RulesTooLong, type Looking, whyOf } from './matching.ts';
import type { AlertMessage } from './message.ts';
import { withReason } from './reason.ts';
import { changedBy } from './setting.ts';
import { isLiteral } from './template.ts';

/** What of the processor's time rules may take of one message; then it stays as it was read. */
export const RULES_MAX_MS = 250;
/** A recovery may go to so many places of problems with different severities. */
const WAYS_MAX = 16;

/** What was found out about a rule. */
export interface Tried {
  rule: string;
  /** Of which event of the message, from 0. */
  event: number;
  verdict: 'yes' | 'no' | 'either' | 'unusable';
  why: string;
}

export interface Ruling {
  events: AlertEvent[];
  /** Every rule that was tried, in order; empty where nobody asks for it. */
  tried: Tried[];
}

/**
 * Never throws, never fewer events than one: a rule that fails leaves everything as it was read, and the reason says so.
 * `spentMs`: of the processor's time by this thread, from any beginning. `explain`: say of each rule why it was for it or not.
 */
export function applyRules(
  ready: ReadyRules,
  message: AlertMessage,
  events: readonly AlertEvent[],
  spentMs: () => number,
  explain = false,
): Ruling {
  const endMs = spentMs() + RULES_MAX_MS;
  const tried: Tried[] = [];
  const tries = new Tries(ready, message, () => endMs - spentMs(), explain ? tried : null);
  try {
    return { events: events.flatMap((event, index) => tries.waysOf(event, index)), tried };
  } catch (error) {
    const why =
      error instanceof RulesTooLong
        ? `took over ${RULES_MAX_MS} ms`
        : `failed (${error instanceof Error ? error.message.slice(0, 200) : String(error)})`;
    const at = tries.at === null ? 'the rules' : `rule ${tries.at}`;
    return {
      events: events.map((event) =>
        withReason(event, `no rule was applied: ${at} ${why}, and the alert stays as it was read`),
      ),
      tried,
    };
  }
}

class Tries {
  /** The rule that is being tried. */
  at: string | null = null;
  readonly #ready: ReadyRules;
  readonly #message: AlertMessage;
  readonly #leftMs: () => number;
  readonly #tried: Tried[] | null;
  readonly #seen: Looking['seen'] = new Map();
  #waysLeft = 0;

  constructor(ready: ReadyRules, message: AlertMessage, leftMs: () => number, tried: Tried[] | null) {
    this.#ready = ready;
    this.#message = message;
    this.#leftMs = leftMs;
    this.#tried = tried;
  }

  /** What becomes of one event: one, but of a recovery all that its problem may have become. */
  waysOf(event: AlertEvent, index: number): AlertEvent[] {
    this.#waysLeft = WAYS_MAX - 1;
    const unusable = this.#ready.rules.filter((one) => 'why' in one);
    const noted = unusable.reduce(
      (one, { rule, why }) => withReason(one, `rule ${rule.id} can not be used (${why})`),
      event,
    );
    for (const { rule, why } of unusable)
      this.#tried?.push({ rule: rule.id, event: index, verdict: 'unusable', why });
    return distinct(this.#from(0, noted, index));
  }

  #from(start: number, given: AlertEvent, index: number): AlertEvent[] {
    let event = given;
    for (let at = start; at < this.#ready.rules.length; at += 1) {
      const ready = this.#ready.rules[at];
      if (ready === undefined || isUnusable(ready)) continue;
      this.at = ready.rule.id;
      const looking: Looking = { event, message: this.#message, leftMs: this.#leftMs, seen: this.#seen };
      const match = matchOf(ready, looking);
      this.#tried?.push({
        rule: ready.rule.id,
        event: index,
        verdict: match.verdict,
        why: whyOf(match, ready),
      });
      if (match.verdict === 'no') continue;
      if (match.verdict === 'either' && (this.#waysLeft <= 0 || gathers(ready))) continue;
      const { found } = match;
      const setting = { ready, found, message: this.#message, known: this.#ready.set };
      const changed = changedBy(setting, event);
      const goesOn = ready.rule.stop === false;
      if (match.verdict === 'either') {
        this.#waysLeft -= 1;
        const taken = withReason(changed, EITHER);
        const others = this.#from(at + 1, event, index);
        return [...others, ...(goesOn ? this.#from(at + 1, taken, index) : [taken])];
      }
      event = changed;
      if (!goesOn) return [event];
    }
    return [event];
  }
}

/** Many problems become one by it: a recovery that perhaps isn't of one of them must not close them all. */
function gathers({ texts }: ReadyRule): boolean {
  const key = texts.get('key');
  return key !== undefined && isLiteral(key);
}

const isUnusable = (rule: ReadyRule | UnusableRule): rule is UnusableRule => 'why' in rule;

/** Each place once; what would do nothing only where nothing else does anything. */
function distinct(events: readonly AlertEvent[]): AlertEvent[] {
  if (events.length === 1) return [...events];
  const does = events.filter(({ action }) => action !== 'none');
  const places = new Map<string, AlertEvent>();
  for (const event of does.length > 0 ? does : events) {
    const place = JSON.stringify([event.action, event.service, event.dedupKey]);
    if (!places.has(place)) places.set(place, event);
  }
  return [...places.values()];
}
