/** Who is to be told, asked for every step: worked out once a second for each service and roster version. */
import { duty } from '../oncall/who.ts';
import type { Duty, Roster } from '../oncall/types.ts';

interface Known {
  roster: Roster;
  second: number;
  duty: Duty;
}

const KEPT = 1_000;

export class DutyCache {
  readonly #roster: () => Roster;
  readonly #catchAll: () => string[];
  /** For the times in its words: people read them on this host's clock. */
  readonly #zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  readonly #known = new Map<string, Known>();

  constructor(roster: () => Roster, catchAll: () => string[]) {
    this.#roster = roster;
    this.#catchAll = catchAll;
  }

  /** Changes of duty fall on whole seconds, so an answer holds until the second is over. */
  at(service: string, atMs: number): Duty {
    const roster = this.#roster();
    const second = Math.floor(atMs / 1_000);
    const known = this.#known.get(service);
    if (known !== undefined && known.roster === roster && known.second === second) return known.duty;
    const whole = duty(roster, service, atMs, this.#catchAll(), this.#zone);
    const answer = service === RELAY_ITSELF ? { ...whole, levels: [] } : whole;
    if (this.#known.size > KEPT) this.#known.clear();
    this.#known.set(service, { roster, second, duty: answer });
    return answer;
  }

  /** The catch-all has changed. */
  clear(): void {
    this.#known.clear();
  }
}

/** Incidents about relay itself go straight to the catch-all (rule 15). */
export const RELAY_ITSELF = 'relay';
