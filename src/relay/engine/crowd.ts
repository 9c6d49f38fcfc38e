/**
 * Counts the rows in memory, for each aggregate and each group of them (a service's lineages; a responder), and says
 * what there is room for. The rest waits in the journal. A storm on one key defers only its own rows, a storm on one
 * service only that service's.
 */
import { lineageGroup } from '../incidents/rows.ts';

export interface CrowdLimits {
  /** Rows for one aggregate. */
  one: number;
  /** Rows for one group. */
  group: number;
  /** Rows in all; a group that has only `few` is let in all the same, so that nobody waits for others' storms. */
  all: number;
  few: number;
}

export const CROWD_LIMITS: CrowdLimits = { one: 1_000, group: 5_000, all: 20_000, few: 200 };

export class Crowd {
  readonly #limits: CrowdLimits;
  readonly #counts = new Map<string, number>();
  #all = 0;

  constructor(limits: CrowdLimits) {
    this.#limits = limits;
  }

  /** Whether a row for these aggregates may come in. */
  admits(aggregates: readonly string[]): boolean {
    const { one, group, all, few } = this.#limits;
    const most = this.#all < all ? group : few;
    return aggregates.every((key) => this.#count(key) < one && this.#count(groupOf(key)) < most);
  }

  enter(aggregates: readonly string[]): void {
    this.#all += 1;
    for (const key of aggregates) {
      this.#add(key, 1);
      this.#add(groupOf(key), 1);
    }
  }

  leave(aggregates: readonly string[]): void {
    this.#all -= 1;
    for (const key of aggregates) {
      this.#add(key, -1);
      this.#add(groupOf(key), -1);
    }
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #add(key: string, change: number): void {
    const count = this.#count(key) + change;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}

/** Named so that no aggregate has the same name. */
const groupOf = (key: string): string => `group ${key.startsWith('i:') ? lineageGroup(key) : key}`;
