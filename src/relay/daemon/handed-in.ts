/**
 * What commands hand in that found no daemon of their own: calls of the control API that any host can take at any time,
 * by a link from another host, or from the outbox on this one's disk. Each carries an id, so that it is taken once.
 */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../api/core.ts';
import { ApiError } from '../api/errors.ts';
import { pingFrom } from '../api/routes/heartbeats.ts';
import { sendFrom } from '../api/routes/send.ts';
import { readErrand } from '../config/outbox.ts';
import { ClosingError } from '../events/accept.ts';
import { RosterError } from '../oncall/book.ts';
import { StoreFullError, StoreUnavailableError } from '../store/port.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';

/** Rejects with Error in words, which the other host is told: also of a call that this version doesn't know. */
export async function handedIn(core: Core, path: string, body: unknown, isKept = false): Promise<unknown> {
  if (path === '/v1/send') return sendFrom(core, body, isKept);
  if (path === '/v1/ping') return pingFrom(core, body);
  throw new ApiError('usage', `${path} can't be handed in here`, 'Start the daemon of that host.');
}

export interface OutboxParts {
  folder: string;
  core(): Core;
  clock: Clock;
  log: Log;
  problems: Problems;
}

/** Commands write while the daemon is away; a look costs one reading of an empty folder. */
const LOOK_MS = 20_000;
/** The folder within for what can't be taken. */
const REFUSED = 'refused';

/** Takes what lies in the outbox on this host's disk, at the start and from time to time. */
export class OutboxWatch {
  readonly #parts: OutboxParts;
  #cancel: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Looks at once, then again and again. Resolves after the first look. */
  async start(): Promise<void> {
    await this.look();
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => void this.start());
  }

  /** Looks now, after the look that is under way; never rejects. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => this.#look());
    return this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { folder, log } = this.#parts;
    let stuck = 0;
    try {
      for (const name of await errandsIn(folder)) {
        if (this.#stopped) return;
        if (!(await this.#took(name))) stuck += 1;
      }
    } catch (error) {
      log.warn({ folder, why: wordsOf(error) }, 'the outbox could not be emptied; it is looked at again');
    }
    await this.#tellLeft(stuck);
  }

  /** Rejects when no other would be taken either. False: it stays, and holds up no other. */
  async #took(name: string): Promise<boolean> {
    const { folder, log } = this.#parts;
    const file = join(folder, name);
    try {
      await this.#take(file, name);
      return true;
    } catch (error) {
      if (isForNow(error)) throw error;
      log.error({ file, why: wordsOf(error) }, 'what a command left in the outbox could not be taken');
      return false;
    }
  }

  async #take(file: string, name: string): Promise<void> {
    const { core, log, folder } = this.#parts;
    try {
      const errand = readErrand(await readFile(file, 'utf8'));
      if (errand === null) throw new ApiError('usage', 'it is no call that a command made');
      await handedIn(core(), errand.path, errand.body, true);
      // It is in the journal, under an id that is taken once: to be read again after a crash does nothing.
      await rm(file, { force: true });
      log.info({ path: errand.path, host: errand.body.saidHost }, 'taken from the outbox');
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof RosterError)) throw error;
      // A person has to see to it: it stays, out of the way of the others.
      log.error({ file, why: error.message }, 'what a command left in the outbox is refused');
      await mkdir(join(folder, REFUSED), { recursive: true, mode: 0o700 });
      await rename(file, join(folder, REFUSED, name));
    }
  }

  /** `stuck`: so many lie in the outbox itself. */
  async #tellLeft(stuck: number): Promise<void> {
    const { folder, problems } = this.#parts;
    const kept = join(folder, REFUSED);
    const count = stuck + (await this.#refused(kept));
    if (count === 0) problems.clear('outbox');
    else
      problems.raise(
        'outbox',
        `${count} ${count === 1 ? 'alert' : 'alerts'} that commands left here while relay was away can't be taken, and nobody was told`,
        `read them in ${stuck > 0 ? folder : kept} (the log says why), tell whom they concern, and remove them`,
      );
  }

  async #refused(kept: string): Promise<number> {
    try {
      return (await errandsIn(kept)).length;
    } catch (error) {
      this.#parts.log.error({ folder: kept, why: wordsOf(error) }, 'what was refused can not be counted');
      return 1;
    }
  }
}

/** The oldest first; none where there is no such folder. */
async function errandsIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Nothing can be promised now; in the order in which they were said they are taken later. */
const isForNow = (error: unknown): boolean =>
  error instanceof StoreUnavailableError || error instanceof StoreFullError || error instanceof ClosingError;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
