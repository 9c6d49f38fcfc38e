/**
 * What this host needs to start without a quorum, kept on its own disk: the roster as it saw it last, and from where on
 * it may stamp without meeting what a former life has stamped (rules 4 and 13).
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config/types.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import type { Roster } from '../oncall/types.ts';
import { storeIdentity } from '../setup/store-in-use.ts';
import { replaceFile, syncFolder } from '../setup/write-whole.ts';

/** What the file holds; another format's is left alone until there is a quorum. */
interface Kept {
  format: 1;
  /** Of which store this is, and which host's: of another one it says nothing. */
  store: string;
  host: string;
  /** No life before the last one that began with a quorum has stamped higher. */
  seq: number;
  /** How many have begun without a quorum since. */
  without: number;
  seenAtMs: number;
  roster: Roster;
}

/** What a start without a quorum goes by. */
export interface Former {
  roster: Roster;
  /** When this host saw that version first. */
  seenAtMs: number;
}

/**
 * Of the 2^32 seqs that each life with a quorum has to itself (its epoch), lives that begin without one share the upper
 * half: no life accepts two thousand million inputs.
 */
export const WITHOUT_FROM = 2 ** 31;
/** For each of them: what a host may accept until the quorum is back, and far more. */
export const WITHOUT_SEQS = 2 ** 20;
const WITHOUT_LIVES = WITHOUT_FROM / WITHOUT_SEQS;

const PROBLEM = 'last-seen';
const fileOf = (config: Pick<Config, 'spool'>): string => join(config.spool, 'last-seen.json');

export interface LastSeenParts {
  config: Config;
  clock: Pick<Clock, 'wallMs'>;
  log: Log;
  problems: Problems;
}

export class LastSeen {
  readonly #parts: LastSeenParts;
  readonly #path: string;
  #kept: Kept | null;
  /** Whether a life has begun: until then the roster is only held for it. */
  #begun = false;
  #writing: Promise<void> = Promise.resolve();

  private constructor(parts: LastSeenParts, kept: Kept | null) {
    this.#parts = parts;
    this.#path = fileOf(parts.config);
    this.#kept = kept;
  }

  /** Rejects when there is a file that can't be read. */
  static async read(parts: LastSeenParts): Promise<LastSeen> {
    return new LastSeen(parts, await readKept(parts));
  }

  /** Null: this host has never worked with this store, or has never seen anybody in its roster. */
  get former(): Former | null {
    return this.#kept === null || this.#kept.roster.version === 0 ? null : this.#kept;
  }

  /** A life begins with a quorum; `lastSeq` is what the store gave it to begin behind. Nothing may be stamped before. */
  begin(lastSeq: number | null, roster: Roster): Promise<void> {
    const { config, clock } = this.#parts;
    const kept: Kept = {
      format: 1,
      store: storeIdentity(config),
      host: config.host,
      seq: lastSeq ?? 0,
      without: 0,
      seenAtMs: clock.wallMs(),
      roster,
    };
    this.#begun = true;
    this.#writing = this.#keep(kept);
    return this.#writing;
  }

  /**
   * A life begins without one: returns the seq it may begin behind. `spooled`: the highest that lies on this disk.
   * Rejects, and then it must not begin, when that can't be noted.
   */
  async beginWithout(spooled: number | null): Promise<number> {
    const kept = this.#kept;
    if (kept === null) throw new Error('a host that has kept nothing can not begin without a quorum');
    const without = Math.min(kept.without + 1, WITHOUT_LIVES);
    await this.#write({ ...kept, without });
    this.#begun = true;
    return Math.max(kept.seq + WITHOUT_FROM + (without - 1) * WITHOUT_SEQS, spooled ?? 0);
  }

  /** A version of the roster was read. Returns at once; one that can't be kept is raised as a problem. */
  saw(roster: Roster): void {
    if (!this.#begun) return;
    this.#writing = this.#writing.then(async () => {
      const kept = this.#kept;
      if (kept === null || kept.roster === roster) return;
      await this.#keep({ ...kept, roster, seenAtMs: this.#parts.clock.wallMs() });
    });
  }

  /** Resolves when what was seen has been written. */
  settled(): Promise<void> {
    return this.#writing;
  }

  /** An older roster is better than none; an older seq is not: another life would stamp again what this one does. */
  async #keep(kept: Kept): Promise<void> {
    const { problems, log } = this.#parts;
    try {
      await this.#write(kept);
      problems.clear(PROBLEM);
    } catch (error) {
      if (this.#kept !== null && this.#kept.seq !== kept.seq) await this.#forget();
      log.warn({ err: error, file: this.#path }, 'the roster could not be kept on this disk');
      problems.raise(
        PROBLEM,
        `this host can't keep the roster on its disk: ${error instanceof Error ? error.message : String(error)}`,
        `free space for ${this.#path}, then restart relay: until then this host can't start without a quorum, or would with an older roster`,
      );
    }
  }

  async #write(kept: Kept): Promise<void> {
    const folder = dirname(this.#path);
    if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined)
      await syncFolder(dirname(folder));
    await replaceFile(this.#path, `${JSON.stringify(kept)}\n`, 0o600);
    this.#kept = kept;
  }

  async #forget(): Promise<void> {
    this.#kept = null;
    await rm(this.#path, { force: true });
  }
}

/** Another store is in use, or there are no other hosts: what was kept would be wrong once this one is back. */
export async function forgetLastSeen(config: Pick<Config, 'spool'>): Promise<void> {
  await rm(fileOf(config), { force: true });
}

async function readKept({ config, log }: LastSeenParts): Promise<Kept | null> {
  const path = fileOf(config);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const kept = parsed(text);
  if (kept === null) {
    log.warn({ file: path }, 'what this host kept of the roster is damaged, or of another version of relay');
    return null;
  }
  return kept.store === storeIdentity(config) && kept.host === config.host ? kept : null;
}

function parsed(text: string): Kept | null {
  try {
    const kept = JSON.parse(text) as Partial<Kept> | null;
    return kept?.format === 1 && Number.isSafeInteger(kept.seq) ? (kept as Kept) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
