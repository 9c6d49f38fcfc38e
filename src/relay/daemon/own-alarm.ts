/**
 * What relay tells the catch-all about itself, through itself: one incident for each thing that is wrong, opened once
 * and resolved when it is over. What has been said is asked of the store where this process doesn't know: a former one,
 * or another host, may have opened the incident.
 */
import type { Clock, Log } from '../engine/ports.ts';
import type { Accept } from '../events/accept.ts';
import type { Severity } from '../events/types.ts';
import { ownAlert, ownResolve } from './own-alert.ts';

export interface OwnAlarmParts {
  accept: Accept;
  /** Whether an incident of relay's own is open under this key. */
  isOpen(dedupKey: string): Promise<boolean>;
  clock: Clock;
  log: Log;
}

export interface Alarm {
  summary: string;
  severity: Severity;
  /** What the reader can do about it. */
  cure?: string;
}

/** What could not be said, or not looked up, is tried again. */
const AGAIN_MS = 30_000;

interface Standing {
  /** What is wrong; null: nothing any more. */
  wanted: Alarm | null;
  /** Whether an incident was opened and not resolved from here; null: not known. */
  isSaid: boolean | null;
  isAtWork: boolean;
  /** It is over unless it comes back until then. */
  settling: (() => void) | null;
  retry: (() => void) | null;
}

export class OwnAlarm {
  readonly #parts: OwnAlarmParts;
  readonly #standing = new Map<string, Standing>();
  #stopped = false;

  constructor(parts: OwnAlarmParts) {
    this.#parts = parts;
  }

  /**
   * Opens the incident, unless it is open. Said again it changes nothing: a person who has resolved it isn't told once
   * more until it was over and has come back.
   */
  raise(dedupKey: string, alarm: Alarm): void {
    const standing = this.#of(dedupKey);
    settled(standing);
    standing.wanted = alarm;
    void this.#say(dedupKey, standing);
  }

  /** Resolves it, if it hasn't been raised again within `settleMs`: what comes and goes is one incident. */
  clear(dedupKey: string, settleMs = 0): void {
    const standing = this.#of(dedupKey);
    if (settleMs > 0) {
      standing.settling ??= this.#parts.clock.after(settleMs, () => this.clear(dedupKey));
      return;
    }
    settled(standing);
    standing.wanted = null;
    void this.#say(dedupKey, standing);
  }

  /** Another host sees to it from now on: what it says isn't known here. */
  forget(dedupKey: string): void {
    const standing = this.#standing.get(dedupKey);
    if (standing === undefined) return;
    this.#standing.delete(dedupKey);
    leave(standing);
  }

  /** Nothing is said any more; what stands open stays so for the next start. */
  stop(): void {
    this.#stopped = true;
    for (const standing of this.#standing.values()) leave(standing);
  }

  #of(dedupKey: string): Standing {
    const known = this.#standing.get(dedupKey);
    if (known !== undefined) return known;
    const standing: Standing = { wanted: null, isSaid: null, isAtWork: false, settling: null, retry: null };
    this.#standing.set(dedupKey, standing);
    return standing;
  }

  async #say(dedupKey: string, standing: Standing): Promise<void> {
    if (standing.isAtWork) return;
    standing.isAtWork = true;
    try {
      while (!this.#stopped && standing.isSaid !== (standing.wanted !== null)) {
        standing.isSaid = await this.#sayOnce(dedupKey, standing);
      }
    } catch (error) {
      this.#parts.log.warn({ key: dedupKey, err: error }, 'relay could not say so of itself; it tries again');
      if (this.#stopped || this.#standing.get(dedupKey) !== standing) return;
      standing.retry ??= this.#parts.clock.after(AGAIN_MS, () => {
        standing.retry = null;
        void this.#say(dedupKey, standing);
      });
    } finally {
      standing.isAtWork = false;
    }
  }

  /** What is said now. */
  async #sayOnce(dedupKey: string, { wanted, isSaid }: Standing): Promise<boolean> {
    const { accept, isOpen } = this.#parts;
    if (wanted === null) {
      if (isSaid === true || (await isOpen(dedupKey))) {
        await accept([ownResolve({ dedupKey, summary: 'over' })]);
      }
      return false;
    }
    const { summary, severity, cure } = wanted;
    if (isSaid === null && (await this.#isSurelyOpen(dedupKey))) return true;
    await accept([
      ownAlert({ dedupKey, severity, summary, ...(cure === undefined ? {} : { details: cure }) }),
    ]);
    return true;
  }

  /** Without the store nobody knows: said twice it is still one incident. */
  async #isSurelyOpen(dedupKey: string): Promise<boolean> {
    try {
      return await this.#parts.isOpen(dedupKey);
    } catch (error) {
      this.#parts.log.info(
        { key: dedupKey, err: error },
        'an incident of relay itself could not be looked up',
      );
      return false;
    }
  }
}

function settled(standing: Standing): void {
  standing.settling?.();
  standing.settling = null;
}

function leave(standing: Standing): void {
  settled(standing);
  standing.retry?.();
  standing.retry = null;
}
