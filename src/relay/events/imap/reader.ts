/**
 * Reads one mailbox for as long as relay runs: waits by IDLE and by polling, comes back by itself when the connection
 * goes. Among several hosts one reads it; the others look in now and then, since that one may have no way there. Two
 * who read the same mail do no harm: it has the same id for both.
 */
import type { Clock } from '../../engine/ports.ts';
import { passOver, type PassParts, type Refused } from './pass.ts';
import { MailboxError, type OpenMailbox } from './port.ts';

export interface ReaderParts extends Omit<PassParts, 'isOver' | 'onSettled'> {
  /** Rejects with MailboxError. */
  open(signal: AbortSignal): Promise<OpenMailbox>;
  /** Whether this host is the one that reads it. */
  isMine(): boolean;
  clock: Clock;
  /** From 0 to 1. */
  chance(): number;
  pollMs: number;
  /** Its state has changed. */
  onChange(): void;
}

export interface ReaderState {
  /** Whether the last look succeeded; null: there was none yet. */
  reads: boolean | null;
  /** What stands in its way, once that is more than a moment's. */
  trouble: { text: string; cure: string } | null;
  /** Mails left alone, since relay has no rule for them. */
  left: number;
  taken: number;
  lastMs: number | null;
}

/** So often a host that isn't the mailbox's looks whether it has become so. */
const OWNER_LOOK_MS = 5_000;
/** So often it looks in all the same. */
const STANDBY_MS = 120_000;
const FIRST_BACKOFF_MS = 1_000;
const LAST_BACKOFF_MS = 60_000;
/** After a refused login: more would lock the user out. */
const LASTING_BACKOFF_MS = 60_000;
/** What could not be kept is tried again so soon. */
const RETRY_MS = 5_000;
/** More are not remembered: they are read anew then. */
const LEFT_MAX = 50_000;
/** A command under way at the end has so long. */
const STOP_MS = 5_000;

export class MailboxReader {
  readonly #parts: ReaderParts;
  readonly state: ReaderState = { reads: null, trouble: null, left: 0, taken: 0, lastMs: null };
  readonly #left = new Set<number>();
  #uidValidity = '';
  #stopped = false;
  #rosterVersion = 0;
  readonly #abort = new AbortController();
  #inPass = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #unmoved: ReaderState['trouble'] = null;
  #lastVisitMonoMs: number | null = null;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends after what is under way: a mail that is durable is marked. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    if (!this.#inPass) this.#abort.abort();
    const cancel = this.#parts.clock.after(STOP_MS, () => this.#abort.abort());
    await this.#running;
    cancel();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (this.#parts.isMine() || this.#isStandbyDue()) await this.#visit();
        else await this.#pause(OWNER_LOOK_MS);
      } catch (error) {
        if (this.#stopped) return;
        await this.#pause(this.#failed(error));
      }
    }
  }

  async #visit(): Promise<void> {
    const { clock, isMine, open, pollMs } = this.#parts;
    this.#lastVisitMonoMs = clock.monoMs();
    const mailbox = await open(this.#abort.signal);
    try {
      while (!this.#stopped) {
        const waiting = await this.#pass(mailbox);
        if (this.#stopped || !isMine()) return;
        if (waiting > 0) await this.#pause(RETRY_MS);
        else await mailbox.wait(pollMs);
      }
    } finally {
      await mailbox.close();
    }
  }

  async #pass(mailbox: OpenMailbox): Promise<number> {
    const { state } = this;
    this.#inPass = true;
    try {
      const { version } = this.#parts.roster();
      const { uidValidity } = mailbox;
      // Another roster may have a service for what was left alone; other numbers mean other mails.
      const isKnown = version === this.#rosterVersion && uidValidity === this.#uidValidity;
      if (!isKnown || this.#left.size > LEFT_MAX) this.#left.clear();
      this.#rosterVersion = version;
      this.#uidValidity = uidValidity;
      const settled = { trouble: null as ReaderState['trouble'] };
      const { taken, waiting, refused } = await passOver(mailbox, this.#left, {
        ...this.#parts,
        isOver: () => this.#stopped,
        onSettled: ({ moved, why }) => {
          if (!moved) settled.trouble = unmoved(why ?? '');
        },
      });
      // A pass without mails says nothing about whether they can be moved.
      const unchanged = taken === 0 && state.reads === true ? this.#unmoved : settled.trouble;
      this.#unmoved = unchanged;
      const trouble = refused[0] === undefined ? unchanged : unfetched(refused.length, refused[0]);
      this.#failures = 0;
      Object.assign(state, {
        reads: true,
        trouble,
        left: this.#left.size,
        taken: state.taken + taken,
        lastMs: this.#parts.clock.wallMs(),
      });
      this.#parts.onChange();
      return waiting;
    } finally {
      this.#inPass = false;
    }
  }

  /** Returns how long to wait. */
  #failed(error: unknown): number {
    const { log, place, chance, onChange } = this.#parts;
    const known =
      error instanceof MailboxError
        ? error
        : new MailboxError(
            `reading it failed: ${error instanceof Error ? error.message : String(error)}`,
            'See the log.',
          );
    this.#failures += 1;
    log.warn(
      { mailbox: place.mailbox, host: place.host, why: known.message },
      'a mailbox can not be read; trying again',
    );
    this.state.reads = false;
    // A connection that breaks now and then is no news: the next one is there within seconds.
    if (this.#failures > 1 || known.isLasting) this.state.trouble = { text: known.message, cure: known.cure };
    onChange();
    const delayMs = known.isLasting
      ? LASTING_BACKOFF_MS
      : Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(10, this.#failures - 1));
    return delayMs * (0.75 + chance() / 2);
  }

  #isStandbyDue(): boolean {
    const last = this.#lastVisitMonoMs;
    return last === null || this.#parts.clock.monoMs() - last >= STANDBY_MS;
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(delayMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

const unfetched = (count: number, { uid, why }: Refused): { text: string; cure: string } => ({
  text: `the server will not hand out ${count === 1 ? 'a mail' : `${count} mails`} (UID ${uid}: ${why})`,
  cure: 'It may be an alert: read it with a mail program, and mark it as read. It is asked for again until then.',
});

const unmoved = (why: string): { text: string; cure: string } => ({
  text: `${why}: they are marked as read where they are`,
  cure: 'Check imap.done, and whether the user may do that.',
});
