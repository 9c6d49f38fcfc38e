/**
 * Looks now and then what became of the last mails to each address: another host may have been told that they come back,
 * or that they don't any more, and so may a former life of this one.
 */
import type { Clock, Log } from '../engine/ports.ts';
import { newestMessages } from '../engine/reply-facts.ts';
import { responderKey } from '../notifications/rows.ts';
import type { Roster } from '../oncall/types.ts';
import type { Store } from '../store/port.ts';
import type { Bounces } from './bounces.ts';

export interface BounceLookParts {
  store: Pick<Store, 'rows'>;
  roster(): Roster;
  bounces: Bounces;
  clock: Clock;
  log: Log;
}

const FIRST_LOOK_MS = 20_000;
const LOOK_MS = 60 * 60_000;
/** Of each person; older ones say nothing of how it is now. */
const MESSAGES = 50;

export class BounceLook {
  readonly #parts: BounceLookParts;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(parts: BounceLookParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#lookIn(FIRST_LOOK_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #lookIn(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.after(delayMs, () => {
      void this.look().finally(() => this.#lookIn(LOOK_MS));
    });
  }

  /** Never rejects: what can't be read now is read in an hour. */
  async look(): Promise<void> {
    const { store, roster, bounces, log } = this.#parts;
    for (const { id, contacts } of roster().people) {
      if (this.#stopped) return;
      if (!contacts.some(({ channel }) => channel === 'email')) continue;
      try {
        const messages = await newestMessages(store, responderKey(id), MESSAGES);
        bounces.known(messages.toSorted((a, b) => a.claimedAtMs - b.claimedAtMs));
      } catch (error) {
        log.info({ person: id, err: error }, 'it could not be read whether their mails come back');
      }
    }
    bounces.roster(roster());
  }
}
