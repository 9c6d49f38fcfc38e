/** What is wrong at present and how it is cured: one entry per id, shown by `relay`, `relay status` and the logs. */
import type { Clock, Log, Problems } from '../engine/ports.ts';

export interface Problem {
  /** Names the thing that is wrong, e.g. `twilio-account`; the same id is the same problem. */
  id: string;
  /** What is wrong, one line. */
  text: string;
  /** What the reader can do about it. */
  cure: string;
  /** When it was first raised, in milliseconds since the epoch. */
  sinceMs: number;
}

/**
 * The problems that stand. A problem is logged when it comes and when it goes, not each time somebody meets it again:
 * a broken provider is met with every page.
 */
export class ProblemBoard implements Problems {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #standing = new Map<string, Problem>();
  readonly #watchers = new Set<(id: string, stands: boolean) => void>();

  constructor(parts: { log: Log; clock: Clock }) {
    this.#log = parts.log;
    this.#clock = parts.clock;
  }

  /** Enters the problem, or renews the words of one that stands; `sinceMs` stays. */
  raise(id: string, text: string, cure: string): void {
    const standing = this.#standing.get(id);
    this.#standing.set(id, { id, text, cure, sinceMs: standing?.sinceMs ?? this.#clock.wallMs() });
    if (standing !== undefined) return;
    this.#log.error({ problem: id, cure }, text);
    for (const watcher of this.#watchers) watcher(id, true);
  }

  /** Takes the problem off the board; nothing happens when it doesn't stand. */
  clear(id: string): void {
    const standing = this.#standing.get(id);
    if (standing === undefined) return;
    this.#standing.delete(id);
    const lastedMs = Math.max(0, this.#clock.wallMs() - standing.sinceMs);
    this.#log.info({ problem: id, lastedMs }, `over: ${standing.text}`);
    for (const watcher of this.#watchers) watcher(id, false);
  }

  /** Tells of each problem that comes or goes from now on. Returns what ends that. */
  watch(watcher: (id: string, stands: boolean) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** What stands, oldest first. Copies: the caller may keep them. */
  list(): Problem[] {
    return [...this.#standing.values()]
      .map((problem) => ({ ...problem }))
      .sort((a, b) => a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1));
  }
}
