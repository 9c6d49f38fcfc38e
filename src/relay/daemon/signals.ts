/**
 * What signals ask of the daemon, one thing after the other: a reload waits for the start and for the reload before it,
 * the end waits for whatever is under way. Loaded first of all, so that no signal meets a process that doesn't listen.
 */
export const SIGNALS = ['SIGHUP', 'SIGTERM', 'SIGINT'] as const;
export type Signal = (typeof SIGNALS)[number];

export interface Answers {
  /** Reads the configuration again; never rejects. */
  reload(): Promise<void>;
  /** The end is asked for; what is under way may take its time first. */
  ending(signal: Signal): void;
  /** Ends the daemon. */
  end(): Promise<void>;
}

export class Signals {
  #answers: Answers | null = null;
  /** Asked for before anybody could answer. */
  readonly #early: Signal[] = [];
  #last: Promise<void> = Promise.resolve();
  #ending = false;

  constructor(source: Pick<NodeJS.Process, 'on'>) {
    for (const signal of SIGNALS) source.on(signal, () => this.#take(signal));
  }

  /** The end has been asked for: whatever else is under way may be left. */
  get ending(): boolean {
    return this.#ending || this.#early.some((signal) => signal !== 'SIGHUP');
  }

  /** From now on `answers` is asked, also for what has come so far; nothing begins before `started` resolves. */
  answer(answers: Answers, started: Promise<void>): void {
    this.#answers = answers;
    this.#last = started;
    for (const signal of this.#early.splice(0)) this.#take(signal);
  }

  #take(signal: Signal): void {
    const answers = this.#answers;
    if (answers === null) {
      this.#early.push(signal);
    } else if (signal === 'SIGHUP') {
      this.#last = this.#last.then(() => (this.#ending ? undefined : answers.reload()));
    } else if (!this.#ending) {
      this.#ending = true;
      answers.ending(signal);
      this.#last = this.#last.then(() => answers.end());
    }
  }
}
