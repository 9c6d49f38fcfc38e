/**
 * How the providers do. One that takes no pages is a problem of its own until a page gets through: nobody may think that
 * all is well. Meanwhile the other providers of its channel come first, so that it costs no page any delay.
 */
import type { Clock, Problems } from './ports.ts';

/** Why a provider took no page. */
export interface Wrong {
  error: string;
  cure: string;
  /** It refuses whatever it is sent. */
  account: boolean;
  /** It didn't say what became of the page. */
  silent: boolean;
}

/** A provider whose check says nothing bad is tried in its turn again: else no page would ever show that it works. */
const TRY_AGAIN_MS = 5 * 60_000;

/** Problem ids; what pages the admin knows them (daemon/problem-alarms.ts). */
export const TRANSPORT_PROBLEM = 'transport-';
export const ACCOUNT_PROBLEM = 'account-';

/** Two pages in a row without an answer are no chance: whatever its check says, only a page proves that it works. */
const SILENT_BY_CHANCE = 1;

interface Standing {
  /** When something bad was last heard of it. */
  heardMonoMs: number;
  account: boolean;
}

export class TransportHealth {
  readonly #problems: Problems;
  readonly #clock: Pick<Clock, 'monoMs'>;
  readonly #standing = new Map<string, Standing>();
  /** Pages without an answer since the last that was taken. */
  readonly #unanswered = new Map<string, number>();

  constructor({ problems, clock }: { problems: Problems; clock: Pick<Clock, 'monoMs'> }) {
    this.#problems = problems;
    this.#clock = clock;
  }

  /** A page got through. */
  works(name: string): void {
    this.#unanswered.delete(name);
    this.#over(name);
  }

  /** It took no page, and that was not the page's fault. */
  failed(name: string, wrong: Wrong): void {
    if (wrong.silent) this.#unanswered.set(name, (this.#unanswered.get(name) ?? 0) + 1);
    this.#raise(name, wrong);
  }

  #over(name: string): void {
    this.#standing.delete(name);
    this.#problems.clear(TRANSPORT_PROBLEM + name);
    this.#problems.clear(ACCOUNT_PROBLEM + name);
  }

  #raise(name: string, { error, cure, account }: Omit<Wrong, 'silent'>): void {
    const id = (account ? ACCOUNT_PROBLEM : TRANSPORT_PROBLEM) + name;
    const known = this.#standing.get(name)?.account ?? false;
    this.#standing.set(name, { heardMonoMs: this.#clock.monoMs(), account: account || known });
    this.#problems.raise(id, `${name} takes no pages at present: ${error}`, cure);
  }

  /** What its own check says. Only a page proves that an account works which has refused one, or that sending works. */
  checked(name: string, wrong: { error: string; cure: string } | null): void {
    if (wrong !== null) {
      this.#raise(name, { ...wrong, account: false });
      return;
    }
    const byChance = (this.#unanswered.get(name) ?? 0) <= SILENT_BY_CHANCE;
    if (byChance && this.#standing.get(name)?.account !== true) this.#over(name);
  }

  /** Whether pages are to be tried with it before others. */
  isHealthy(name: string): boolean {
    const standing = this.#standing.get(name);
    return standing === undefined || this.#clock.monoMs() - standing.heardMonoMs >= TRY_AGAIN_MS;
  }

  /** Those that something bad was heard of. */
  failing(): ReadonlySet<string> {
    return new Set(this.#standing.keys());
  }

  /** They may be others now, with other credentials: what was known of them goes. */
  forget(): void {
    for (const name of this.#standing.keys()) this.#over(name);
    this.#unanswered.clear();
  }
}
