/**
 * Whether something keeps this host's clock right: systemd says what the kernel knows of it. Where it can't be asked (no
 * systemd, a container) nothing is said; how far the clock is off among the others is measured anyway (engine/skew.ts).
 */
import { execFile } from 'node:child_process';
import type { Clock, Problems } from '../engine/ports.ts';

/** The problem's id. */
export const CLOCK_UNSYNCED = 'clock-unsynced';

const EVERY_MS = 5 * 60_000;
/** A daemon of time that was just started needs some minutes. */
const TIMES = 3;
const CALL_LIMIT_MS = 5_000;

export interface ClockSyncParts {
  clock: Clock;
  problems: Problems;
  /** Null: nobody knows. Never rejects. Absent: systemd is asked. */
  isSynced?(): Promise<boolean | null>;
}

export class ClockSync {
  readonly #parts: ClockSyncParts;
  #unsynced = 0;
  #stopped = false;
  #cancel: () => void = () => undefined;

  constructor(parts: ClockSyncParts) {
    this.#parts = parts;
  }

  /** Resolves after the first look. */
  async start(): Promise<void> {
    await this.#look();
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.after(EVERY_MS, () => void this.start());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #look(): Promise<void> {
    const { problems, isSynced = askSystemd } = this.#parts;
    const synced = await isSynced();
    this.#unsynced = synced === false ? this.#unsynced + 1 : 0;
    if (this.#unsynced === 0) problems.clear(CLOCK_UNSYNCED);
    else if (this.#unsynced >= TIMES)
      problems.raise(
        CLOCK_UNSYNCED,
        'nothing keeps the clock of this host right: the kernel says that it is not synchronised',
        'see whether chrony runs and reaches its servers on this host: systemctl status chrony, chronyc sources',
      );
  }
}

function askSystemd(): Promise<boolean | null> {
  return new Promise((resolve) => {
    execFile(
      'timedatectl',
      ['show', '--property=NTPSynchronized', '--value'],
      { timeout: CALL_LIMIT_MS },
      (error, said) => {
        const word = said.trim();
        resolve(error === null && (word === 'yes' || word === 'no') ? word === 'yes' : null);
      },
    );
  });
}
