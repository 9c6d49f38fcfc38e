/** Who is to be told, asked for every step: worked out at most once a second for each service and roster version. */
import { maintenanceAt } from '../oncall/maintenance.ts';
import { duty } from '../oncall/who.ts';
import type { Duty, DutyQuestion, Roster } from '../oncall/types.ts';
import { dutyHoldsUntilMs } from '../oncall/upcoming.ts';

interface Known {
  roster: Roster;
  fromMs: number;
  /** When somebody else's time begins, or the second is over. */
  beforeMs: number;
  duty: Duty;
}

const KEPT = 1_000;
/** The words of an answer hold times of day; they follow within this. */
const HOLDS_MS = 1_000;

export class DutyCache {
  readonly #roster: () => Roster;
  readonly #catchAll: () => string[];
  readonly #zone: string;
  readonly #known = new Map<string, Known>();

  /** `zone`: for the times in its words; absent: this host's, by whose clock people read them. */
  constructor(roster: () => Roster, catchAll: () => string[], zone?: string) {
    this.#roster = roster;
    this.#catchAll = catchAll;
    this.#zone = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  at(service: string, atMs: number, { about, ...asked }: DutyQuestion = {}): Duty {
    const roster = this.#roster();
    const answer = this.#whatever(roster, service, atMs, asked);
    if (about === undefined || roster.maintenance === undefined || service === RELAY_ITSELF) return answer;
    // No two incidents are about the same: what maintenance changes is worked out anew each time.
    const isTouched = answer.wait !== undefined || maintenanceAt(roster, service, about, atMs) !== null;
    if (!isTouched) return answer;
    return duty(roster, service, atMs, this.#catchAll(), this.#zone, { ...asked, about });
  }

  /** What it is about doesn't count here. */
  #whatever(roster: Roster, service: string, atMs: number, asked: Omit<DutyQuestion, 'about'>): Duty {
    const key = `${service} ${asked.severity ?? ''} ${asked.policy ?? ''} ${asked.routed ?? ''}`;
    const known = this.#known.get(key);
    if (known?.roster === roster && known.fromMs <= atMs && atMs < known.beforeMs) return known.duty;
    const whole = duty(roster, service, atMs, this.#catchAll(), this.#zone, asked);
    const answer = service === RELAY_ITSELF && asked.policy === undefined ? relayItself(whole) : whole;
    if (this.#known.size > KEPT) this.#known.clear();
    const beforeMs = Math.min(atMs + HOLDS_MS, dutyHoldsUntilMs(roster, service, atMs, asked));
    this.#known.set(key, { roster, fromMs: atMs, beforeMs, duty: answer });
    return answer;
  }

  /** The catch-all has changed. */
  clear(): void {
    this.#known.clear();
  }
}

/** Incidents about relay itself go straight to the catch-all (rule 15). */
export const RELAY_ITSELF = 'relay';

function relayItself(whole: Duty): Duty {
  const straight: Duty = {
    ...whole,
    levels: [],
    flapping: null,
    straight: 'as for everything about relay itself, whoever is on call',
  };
  delete straight.wait;
  return straight;
}
