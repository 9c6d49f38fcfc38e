/**
 * What systemd is told: ready, reloading, stopping, and that the engine still advances. Node has no unix datagram
 * sockets, so each message goes through systemd's own `systemd-notify`; the unit needs NotifyAccess=all for that.
 */
import { execFile } from 'node:child_process';
import type { Clock, Log } from '../engine/ports.ts';

/** systemd-notify waits until systemd took the message; it never takes this long unless something is wrong. */
const CALL_LIMIT_MS = 5_000;

export interface Notifier {
  /** Up, or up again after a reload; `status` is the line that `systemctl status` shows. */
  ready(status?: string): Promise<void>;
  reloading(): Promise<void>;
  /** The start goes on and may take longer than the unit allows: two more minutes from now. */
  starting(status: string): Promise<void>;
  /** Ends within so long from now, which may be longer than the unit allows. */
  stopping(withinMs: number): Promise<void>;
  /**
   * Feeds the watchdog every half of WATCHDOG_USEC, each time only if `advanced` gives another count than at the last
   * feed: an engine that hangs is restarted by systemd. An idle engine must therefore advance more often than that.
   * Returns what stops it.
   */
  watch(advanced: () => number): () => void;
}

export interface NotifierParts {
  clock: Clock;
  log: Log;
  /** NOTIFY_SOCKET, WATCHDOG_USEC and PATH are read; process.env in the daemon. */
  env: Readonly<Record<string, string | undefined>>;
}

/** Does nothing when NOTIFY_SOCKET isn't set. Its promises never reject: a failing call is logged, once. */
export function createNotifier(parts: NotifierParts): Notifier {
  const socket = parts.env['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return silent;
  return new SystemdNotifier(parts, socket);
}

const MORE_TIME_MS = 120_000;

/** A line break would begin another assignment. */
const statusLine = (status: string): string => `STATUS=${status.replace(/\s+/g, ' ')}`;

const silent: Notifier = {
  ready: () => Promise.resolve(),
  starting: () => Promise.resolve(),
  reloading: () => Promise.resolve(),
  stopping: () => Promise.resolve(),
  watch: () => () => {},
};

class SystemdNotifier implements Notifier {
  readonly #parts: NotifierParts;
  readonly #env: Record<string, string>;
  /** One message after the other: READY must not overtake RELOADING. */
  #last: Promise<void> = Promise.resolve();
  #complained = false;

  constructor(parts: NotifierParts, socket: string) {
    this.#parts = parts;
    // Nothing else of the environment: it may hold secrets.
    this.#env = { NOTIFY_SOCKET: socket, PATH: parts.env['PATH'] ?? '/usr/bin:/bin' };
  }

  ready(status?: string): Promise<void> {
    return this.#say(['READY=1', ...(status === undefined ? [] : [statusLine(status)])]);
  }

  starting(status: string): Promise<void> {
    return this.#say([`EXTEND_TIMEOUT_USEC=${MORE_TIME_MS * 1000}`, statusLine(status)]);
  }

  reloading(): Promise<void> {
    return this.#say(['RELOADING=1']);
  }

  stopping(withinMs: number): Promise<void> {
    return this.#say(['STOPPING=1', `EXTEND_TIMEOUT_USEC=${Math.round(withinMs * 1000)}`]);
  }

  watch(advanced: () => number): () => void {
    // WATCHDOG_PID is deliberately not looked at: feeding for another process harms nobody, not feeding kills this one.
    const limitUsec = Number(this.#parts.env['WATCHDOG_USEC'] ?? '0');
    if (!(limitUsec > 0)) return () => {};
    const everyMs = limitUsec / 1000 / 2;
    let fed = advanced();
    let stopped = false;
    let cancel = (): void => {};
    const feed = (): void => {
      const count = advanced();
      if (count !== fed) {
        fed = count;
        void this.#say(['WATCHDOG=1']);
      }
      if (!stopped) cancel = this.#parts.clock.after(everyMs, feed);
    };
    cancel = this.#parts.clock.after(everyMs, feed);
    return () => {
      stopped = true;
      cancel();
    };
  }

  #say(assignments: string[]): Promise<void> {
    this.#last = this.#last.then(() => this.#call(assignments));
    return this.#last;
  }

  #call(assignments: string[]): Promise<void> {
    return new Promise((resolve) => {
      execFile('systemd-notify', assignments, { env: this.#env, timeout: CALL_LIMIT_MS }, (error) => {
        if (error !== null) this.#complain(error);
        resolve();
      });
    });
  }

  #complain(error: Error): void {
    if (this.#complained) return;
    this.#complained = true;
    this.#parts.log.warn(
      { err: error },
      "systemd can't be told how relay is: systemd-notify failed; check that it is installed and that the unit says NotifyAccess=all",
    );
  }
}
