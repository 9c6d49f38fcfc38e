/** The team's rules at the doors: what was read goes through them before it is accepted. */
import { NO_RULES, type RuleSet, ruleSets } from './formats/rules/rule-set.ts';
import { withReason } from './formats/rules/reason.ts';
import type { ReadyRules, Ruling } from './formats/rules/index.ts';
import type { AlertMessage } from './formats/rules/message.ts';
import type { Roster } from '../oncall/types.ts';
import type { AlertEvent } from './types.ts';

export class Ruler {
  readonly #sets: () => RuleSet | null;
  readonly #explain: boolean;
  #ready: ReadyRules | null = null;

  /** `sets`: the rules in use, the same object as long as they are. `explain`: say of each rule why it was for it. */
  constructor(sets: () => RuleSet | null, explain = false) {
    this.#sets = sets;
    this.#explain = explain;
  }

  static of(roster: () => Roster): Ruler {
    return new Ruler(ruleSets(roster));
  }

  /** Whether there are any. */
  get hasRules(): boolean {
    return this.#sets() !== NO_RULES;
  }

  /**
   * What becomes of a message's events; `message` is only made when there are rules. Never rejects: whatever goes wrong
   * with rules, the alert stays as it was read and says so.
   */
  async apply(message: () => AlertMessage, events: AlertEvent[]): Promise<AlertEvent[]> {
    return this.hasRules ? (await this.rule(message(), events)).events : events;
  }

  /** The same with every rule that was tried, where that was asked for. */
  async rule(message: AlertMessage, events: AlertEvent[]): Promise<Ruling> {
    const set = this.#sets();
    if (set === NO_RULES) return { events, tried: [] };
    try {
      const { applyRules, readyRules } = await import('./formats/rules/index.ts');
      if (this.#ready?.set !== set) this.#ready = readyRules(set);
      return applyRules(this.#ready, message, events, spentMs, this.#explain);
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 200) : String(error);
      return {
        events: events.map((event) =>
          withReason(event, `no rule was applied: they can not be used (${why})`),
        ),
        tried: [],
      };
    }
  }
}

/** Of the processor's time by this thread, so that nothing else that runs makes rules look slow. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
