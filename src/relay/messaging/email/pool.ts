/** Keeps a few SMTP connections for the next mail and bounds how many are open: mail servers count them. */
import type { Clock } from '../../engine/ports.ts';
import type { Session } from './session.ts';

const MOST_CONNECTIONS = 10;
/** Most servers wait minutes; short enough that a firewall has hardly forgotten the connection. */
const KEEP_MS = 30_000;
/** Servers that limit it end the connection by themselves, which costs nothing either. */
const MOST_MAILS = 500;

interface Kept {
  session: Session;
  cancel: () => void;
}

export class SessionPool {
  readonly #clock: Clock;
  /** The freshest last, and taken first. */
  readonly #kept: Kept[] = [];
  readonly #waiting: { turn: object; go: (granted: boolean) => void }[] = [];
  #busy = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits for a place: a kept session, or null to open one. Every granted place ends in `leave`.
   * `given-up`: no place came before `giveUp`.
   */
  async take(turn: object): Promise<Session | null | 'given-up'> {
    if (this.#busy < MOST_CONNECTIONS) this.#busy += 1;
    else {
      const granted = await new Promise<boolean>((resolve) => {
        this.#waiting.push({ turn, go: resolve });
      });
      if (!granted) return 'given-up';
    }
    const kept = this.#kept.pop();
    kept?.cancel();
    return kept?.session ?? null;
  }

  /** The turn's time is up: if it still waits it goes on without a place. */
  giveUp(turn: object): void {
    const index = this.#waiting.findIndex((one) => one.turn === turn);
    if (index !== -1) this.#waiting.splice(index, 1)[0]?.go(false);
  }

  /** The session is done with its mail and may serve another. */
  keep(session: Session): void {
    if (session.gone || this.#closed || session.mails >= MOST_MAILS) session.quit();
    else {
      const kept: Kept = {
        session,
        cancel: this.#clock.after(KEEP_MS, () => {
          this.#forget(session);
          session.quit();
        }),
      };
      session.onGone = () => this.#forget(session);
      this.#kept.push(kept);
    }
  }

  /** Gives the place to the next in line. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy -= 1;
    else next.go(true);
  }

  close(): void {
    this.#closed = true;
    this.forgetKept();
  }

  /** Ends what is kept: one of them had gone stale, so the others have too. */
  forgetKept(): void {
    for (const kept of this.#kept.splice(0)) {
      kept.cancel();
      kept.session.quit();
    }
  }

  #forget(session: Session): void {
    const index = this.#kept.findIndex((one) => one.session === session);
    if (index !== -1) this.#kept.splice(index, 1)[0]?.cancel();
  }
}
