/**
 * The start of a host among others: from the store, or, while that is away, from what this host has kept on its disk
 * (rule 13). A host that has kept nothing starts with a quorum only: it couldn't tell a service's address from a wrong
 * one, so what it took might be nobody's (rule 12: better refused for now, and taken by another host or later).
 */
import type { Config } from '../config/types.ts';
import type { Clock, Ids, Log } from '../engine/ports.ts';
import { openRosterBook, rosterTrouble, type OpenRosterBook } from '../engine/roster-book.ts';
import type { ProblemBoard } from '../observe/problems.ts';
import type { Spool } from '../events/spool/port.ts';
import type { Roster } from '../oncall/types.ts';
import { StoreAwayError } from '../store/port.ts';
import type { MovableStore } from './freezable.ts';
import { LastSeen, type Former } from './last-seen.ts';
import { LateStore, openInTime } from './late-store.ts';

export interface StartParts {
  config: Config;
  /** Opens the store, with all that is checked at a start. */
  open(): Promise<MovableStore>;
  spool: Pick<Spool, 'lastSeq'>;
  clock: Clock;
  ids: Pick<Ids, 'op'>;
  log: Log;
  problems: ProblemBoard;
  onVersion(roster: Roster): void;
  spread(version: number): Promise<string[]>;
  /** The store is open: at once, or when it is back. */
  onOpen(): Promise<void>;
}

export interface Started {
  store: MovableStore;
  roster: OpenRosterBook;
  /** The highest seq that this host may have stamped. */
  lastSeq: number | null;
  /** Since when a quorum was looked for in vain, on the monotonic clock; null: it was there. */
  withoutSinceMonoMs: number | null;
  /** Resolves when all that is to be kept is on the disk. */
  settled(): Promise<void>;
}

const PROBLEM = 'started-without-quorum';

/** Rejects with nothing left open. */
export async function startAmongOthers(parts: StartParts): Promise<Started> {
  const { clock } = parts;
  const sinceMonoMs = clock.monoMs();
  const lastSeen = await LastSeen.read(parts);
  const { former } = lastSeen;
  const say = (why: unknown): void => {
    if (former !== null) sayWithout(parts, former, why);
  };
  const store = await openStore(parts, former, say);
  try {
    const seqs = await seqsOf(parts, store, lastSeen);
    const roster = await openRosterBook({
      ...parts,
      store,
      newOp: parts.ids.op,
      former: former?.roster ?? null,
      onTrouble: (error) => {
        rosterTrouble(parts.problems, error);
        if (error === null) parts.problems.clear(PROBLEM);
      },
      onVersion: (version) => {
        parts.onVersion(version);
        lastSeen.saw(version);
      },
    });
    if (!roster.isRead()) say(seqs.why ?? 'the roster could not be read');
    try {
      if (seqs.why === null) await lastSeen.begin(seqs.given, roster.current());
    } catch (error) {
      roster.close();
      throw error;
    }
    const { lastSeq } = seqs;
    const isWithout = seqs.why !== null || !roster.isRead();
    return {
      store,
      roster,
      lastSeq,
      withoutSinceMonoMs: isWithout ? sinceMonoMs : null,
      settled: () => lastSeen.settled(),
    };
  } catch (error) {
    await store.close();
    throw withoutHope(error, former);
  }
}

async function openStore(
  { open, onOpen, clock, log }: StartParts,
  former: Former | null,
  say: (why: unknown) => void,
): Promise<MovableStore> {
  const noted = async (): Promise<MovableStore> => {
    const store = await open();
    await onOpen();
    return store;
  };
  if (former !== null) {
    return openInTime(
      noted,
      clock,
      (opening, why) => new LateStore(opening, why, { open: noted, clock, log, onRefused: say }),
    );
  }
  try {
    return await noted();
  } catch (error) {
    throw withoutHope(error, former);
  }
}

interface Seqs {
  lastSeq: number | null;
  /** What the store gave. */
  given: number | null;
  /** Why it gave nothing; null: it did. */
  why: unknown;
}

async function seqsOf(
  { config, spool }: StartParts,
  store: Pick<MovableStore, 'lastSeq'>,
  lastSeen: LastSeen,
): Promise<Seqs> {
  const spooled = await spool.lastSeq();
  try {
    const given = await store.lastSeq(config.host);
    return { lastSeq: given === null ? spooled : Math.max(given, spooled ?? 0), given, why: null };
  } catch (why) {
    const { former } = lastSeen;
    if (former === null || !(why instanceof StoreAwayError)) throw why;
    return { lastSeq: await lastSeen.beginWithout(spooled), given: null, why };
  }
}

function sayWithout({ problems }: Pick<StartParts, 'problems'>, former: Former, why: unknown): void {
  const { roster, seenAtMs } = former;
  const text = why instanceof Error ? why.message : String(why);
  problems.raise(
    PROBLEM,
    `started without a quorum, from version ${roster.version} of the roster, which this host has had since ${new Date(seenAtMs).toISOString()}: ${text}`,
    'bring nodes of Cassandra, or the way to them, back: relay then goes on with the others by itself',
  );
}

/** What a start is refused with that would have gone on, had this host kept a roster. */
function withoutHope(error: unknown, former: Former | null): unknown {
  if (former !== null || !(error instanceof StoreAwayError)) return error;
  return new StoreAwayError(
    `${error.message}. This host has kept no roster of this store, so it can't take alerts without a quorum: until there is one, senders try again or go to other hosts`,
  );
}
