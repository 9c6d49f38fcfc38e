/**
 * The roster as the store keeps it: one aggregate, and one row for every version there ever was. Edits are pure
 * functions (`oncall/edits.ts`), committed on the version they were made from.
 */
import { RosterError, type RosterBook } from '../oncall/book.ts';
import { emptyRoster, withoutExpired } from '../oncall/edits.ts';
import type { Roster } from '../oncall/types.ts';
import { StoreAwayError, StoreUnavailableError, type Loaded, type Row, type Store } from '../store/port.ts';
import type { Clock, Problems } from './ports.ts';
import { textPushedOut } from './roster-history.ts';
import { ROSTER, textRow, VERSION, versionKey, type VersionRow } from './roster-rows.ts';

export { ROSTER, VERSION, versionKey, type VersionRow };

/** Half of what rule 16 allows, so that a slow or failed reading doesn't make the cache too old. */
const REFRESH_MS = 5_000;
/** The newest versions are kept for ever; an older one for the retention from when it was pushed out (rule 14). */
const VERSIONS_KEPT = 50;
/** Conflicts and unknowns in a row before an edit gives up. */
const TRIES = 8;

/** Older than this it is read before anything is decided by it (rule 16). */
const TOO_OLD_MS = 10_000;

export interface OpenRosterBook extends RosterBook {
  /**
   * Reads it when what is held is too old to decide by, or older than a version that somebody has decided by; null: it
   * isn't. Rejects as `store.load` does.
   */
  fresh(version?: number): Promise<void> | null;
  /** Another host has made this version: reads it; resolves with the version held then. */
  reach(version: number): Promise<number>;
  /** False while only what this host had kept of it is known: the store may have a newer one. */
  isRead(): boolean;
  close(): void;
}

/**
 * Opens the roster; a store without one gives an empty roster of version 0. Rejects as `store.load` does, unless the
 * store is only away and there is a `former` one: then that is in use until the store can be read.
 * `onTrouble` is told when a reading fails, and null when one has worked again; the cached roster stays in use.
 * `onVersion` is told each version that becomes the current one, beginning with what the store has at the opening.
 */
export async function openRosterBook(options: {
  store: Pick<Store, 'load' | 'commit' | 'rows'>;
  clock: Clock;
  /** A fresh uuid for each commit. */
  newOp: () => string;
  /** What this host saw last in a former life. */
  former?: Roster | null;
  refreshMs?: number;
  onTrouble?: (error: unknown) => void;
  onVersion?: (roster: Roster) => void;
  /** Has the other hosts read a new version; resolves, soon, with the names of those that haven't. */
  spread?: (version: number) => Promise<string[]>;
}): Promise<OpenRosterBook> {
  const { store, clock, newOp } = options;
  let cached = emptyRoster();
  let closed = false;
  let cancelRefresh: () => void = () => {};
  let edits: Promise<unknown> = Promise.resolve();

  let readMonoMs = -Infinity;
  let isRead = false;
  let reading: Promise<void> | null = null;
  let behind: readonly string[] = [];

  const read = async (): Promise<Loaded> => {
    // It is as old as the question, not as the answer.
    const askedMonoMs = clock.monoMs();
    const loaded = await store.load(ROSTER);
    readMonoMs = Math.max(readMonoMs, askedMonoMs);
    keep(rosterOf(loaded));
    return loaded;
  };

  /** Many that decide at once share one reading. */
  const readOnce = (): Promise<void> => {
    reading ??= read()
      .then(() => undefined)
      .finally(() => {
        reading = null;
      });
    return reading;
  };

  /** A reading that is under way may have begun before that version was made: then once more. */
  const readUpTo = async (version: number): Promise<void> => {
    await readOnce();
    if (cached.version < version) await readOnce();
  };

  /** A slow reading never puts an older version back. */
  const keep = (roster: Roster): void => {
    if (isRead && roster.version < cached.version) return;
    const isNew = roster.version !== cached.version;
    isRead = true;
    cached = roster;
    if (isNew) options.onVersion?.(roster);
  };

  const refreshLater = (): void => {
    cancelRefresh = clock.after(options.refreshMs ?? REFRESH_MS, () => {
      void read()
        .then(
          () => options.onTrouble?.(null),
          (error: unknown) => options.onTrouble?.(error),
        )
        .finally(() => {
          if (!closed) refreshLater();
        });
    });
  };

  const edit: OpenRosterBook['edit'] = async (by, change, text) => {
    /** Commits of this edit whose outcome nobody knew; any of them may have landed, also later. */
    const inDoubt: { op: string; roster: Roster }[] = [];
    for (let tries = 0; tries < TRIES; tries += 1) {
      const loaded = await read();
      const landed = await findLanded(store, loaded, inDoubt);
      if (landed !== null) return landed;
      const base = rosterOf(loaded);
      const changed = change(base);
      if (changed === base && text === undefined) return base;
      const atMs = clock.wallMs();
      const roster: Roster = { ...withoutExpired(changed, atMs), version: base.version + 1 };
      const op = newOp();
      const body: VersionRow = { roster, by, atMs, op };
      const result = await store.commit({
        key: ROSTER,
        expect: loaded.op,
        op,
        state: roster,
        rows: [
          { kind: VERSION, key: versionKey(roster.version), body },
          ...(text === undefined ? [] : [textRow(roster.version, text())]),
          ...(await pushedOut(store, roster.version - VERSIONS_KEPT, atMs)),
          ...(await textPushedOut(store, roster.version - VERSIONS_KEPT + 1, atMs)),
        ],
        incidents: [],
      });
      if (result === 'applied') {
        keep(roster);
        return roster;
      }
      if (result === 'unknown') inDoubt.push({ op, roster });
    }
    const landed = await findLanded(store, await read(), inDoubt);
    if (landed !== null) return landed;
    if (inDoubt.length > 0) {
      throw new StoreUnavailableError(
        'the store did not say whether the roster was changed; look before trying again',
      );
    }
    throw new RosterError('conflict', 'The roster is being changed by others all the time', 'Try again.');
  };

  try {
    await read();
  } catch (error) {
    const former = options.former ?? null;
    if (former === null || !(error instanceof StoreAwayError)) throw error;
    cached = former;
    options.onVersion?.(former);
  }
  refreshLater();
  return {
    current: () => cached,
    // One after the other: edits of one host need not conflict with each other.
    edit: (by, change, text) => {
      const made = edits
        .then(() => edit(by, change, text))
        .then(async (roster) => {
          behind = (await options.spread?.(roster.version)) ?? [];
          return roster;
        });
      // The caller gets the refusal; the next edit only waits for this one to be over.
      edits = made.catch(() => {});
      return made;
    },
    behind: () => behind,
    fresh: (version = 0) => {
      const isYoung = clock.monoMs() - readMonoMs <= TOO_OLD_MS;
      return isYoung && cached.version >= version ? null : readUpTo(version);
    },
    reach: async (version) => {
      if (cached.version < version) await readUpTo(version);
      return cached.version;
    },
    isRead: () => isRead,
    close: () => {
      closed = true;
      cancelRefresh();
    },
  };
}

const rosterOf = (loaded: Loaded): Roster => (loaded.op === null ? emptyRoster() : (loaded.state as Roster));

/** The version that an edit pushes out of the newest, as it stands, with its end. */
async function pushedOut(store: Pick<Store, 'rows'>, version: number, atMs: number): Promise<Row[]> {
  if (version < 1) return [];
  const rows = await store.rows(ROSTER, VERSION, { prefix: versionKey(version), limit: 1 });
  return rows.map((row) => ({ ...row, endedAtMs: atMs }));
}

/** Rule 1: after an unknown, load and look; later versions may stand on ours. */
async function findLanded(
  store: Pick<Store, 'rows'>,
  loaded: Loaded,
  inDoubt: { op: string; roster: Roster }[],
): Promise<Roster | null> {
  for (const one of inDoubt) {
    if (loaded.op === one.op) return one.roster;
    const rows = await store.rows(ROSTER, VERSION, { prefix: versionKey(one.roster.version), limit: 1 });
    if ((rows[0]?.body as VersionRow | undefined)?.op === one.op) return one.roster;
  }
  return null;
}

/** What people are told while the roster can't be read again; the cached one stays in use. */
export function rosterTrouble(problems: Problems, error: unknown): void {
  if (error === null) {
    problems.clear('roster');
    return;
  }
  const why = error instanceof Error ? error.message : JSON.stringify(error);
  problems.raise('roster', `the roster can't be read again: ${why}`, 'see what is said of the store');
}
