/**
 * Handoffs: whoever comes on call in a rotation and whoever goes is told once (S7). One aggregate holds who was found
 * on call where; a commit on it says of each handoff that it is to be told, and keeps a record. The notices and orders
 * that follow have ids of their own, made from the record: a host that dies in between leaves them to the next look, of
 * whichever host, and the journal takes each once.
 */
import type { Accept } from '../events/accept.ts';
import { handoffsDue, isTooLate, type Found, type Handoff, type Holders } from '../oncall/handoffs.ts';
import type { Roster } from '../oncall/types.ts';
import { shardOf } from '../store/places.ts';
import type { Loaded, Row, Store } from '../store/port.ts';
import { followUps } from './handoff-inputs.ts';
import { openIncidents } from './handoff-incidents.ts';
import type { Log } from './ports.ts';

/** The aggregate. */
export const HANDOFFS = 'handoffs';
/** Row kind of a handoff's record; key: handoffKey(rotation, atMs). */
export const HANDOFF = 'handoff';

/** One handoff, as it was found. */
export interface HandoffRow extends Handoff {
  foundMs: number;
  rosterVersion: number;
  /** It was found, or was to be told, too late: nobody was told. */
  skipped?: true;
}

export interface HandoffState {
  holders: Holders;
  /** The version they were found under; never falls (rule 16). */
  rosterVersion: number;
  /** Keys of records whose notices may not have been accepted yet. */
  pending: string[];
}

export interface HandoffParts {
  store: Pick<Store, 'load' | 'commit' | 'rows' | 'incidents' | 'journalRow'>;
  roster: { current(): Roster; fresh?(version?: number): Promise<void> | null };
  accept: Accept;
  /** A fresh uuid for each commit. */
  newOp(): string;
  /** The engine's time. */
  nowMs(): number;
  /** The host that looks after a shard: advice only. */
  isMine(shard: number): boolean;
  log: Log;
}

/** What a look has done. */
export interface Looked {
  handed: HandoffRow[];
  /** Longer ago than a day. */
  skipped: HandoffRow[];
  holders: Holders;
}

/** That nothing has changed is written down so often. */
const NOTED_MS = 5 * 60_000;
/** Conflicts and unknowns in a row before a look gives up until the next. */
const TRIES = 4;

export const handoffKey = (rotation: string, atMs: number): string =>
  `${rotation}/${String(Math.max(0, atMs)).padStart(15, '0')}`;

export class Handoffs {
  readonly #parts: HandoffParts;
  /** Up to then this process has seen that everything is as the store says. */
  #lookedMs = Number.NEGATIVE_INFINITY;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: HandoffParts) {
    this.#parts = parts;
  }

  /** Looks, where this host is the one to do so. Rejects as the store and `accept` do; the next look makes up for it. */
  async look(): Promise<Looked | null> {
    return this.#parts.isMine(shardOf(HANDOFFS)) ? this.lookNow() : null;
  }

  /** Looks, whoever else does. */
  lookNow(): Promise<Looked> {
    const looking = this.#turn.then(() => this.#look());
    // Whoever asked hears of it; the next look only waits for its end.
    this.#turn = looking.catch(() => undefined);
    return looking;
  }

  async #look(): Promise<Looked> {
    const { store, roster, nowMs } = this.#parts;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const loaded = await store.load(HANDOFFS);
      const state = stateOf(loaded);
      await roster.fresh?.(state?.rosterVersion ?? 0);
      const present = roster.current();
      // Decided under a newer one already: this host will read that within seconds.
      if (state !== null && present.version < state.rosterVersion) return nothing(state.holders);
      const atMs = nowMs();
      const found = handoffsDue(present, this.#knownTo(state), atMs);
      if (state !== null && saysNothingNew(found, state.holders, atMs)) {
        this.#lookedMs = atMs;
        if (state.pending.length > 0) await this.#tell(loaded.op, state, []);
        return nothing(found.holders);
      }
      const handed = found.handoffs.map((one) => recordOf(one, present, atMs));
      const skipped = found.skipped.map((one) => ({
        ...recordOf(one, present, atMs),
        skipped: true as const,
      }));
      const next: HandoffState = {
        holders: found.holders,
        rosterVersion: present.version,
        pending: [...(state?.pending ?? []), ...handed.map((one) => handoffKey(one.rotation, one.atMs))],
      };
      const op = await this.#commit(loaded.op, next, [...handed, ...skipped]);
      if (op === null) continue;
      this.#lookedMs = atMs;
      this.#say(handed, skipped);
      if (state !== null && found.holders.throughMs < state.holders.throughMs) this.#sayAstray(state.holders);
      if (next.pending.length > 0) await this.#tell(op, next, handed);
      return { handed, skipped, holders: found.holders };
    }
    throw new Error('others look for handoffs at the same time, or the store gives no certain answer');
  }

  /** What this process has seen since counts too. */
  #knownTo(state: HandoffState | null): Holders | null {
    if (state === null) return null;
    const { throughMs, rotations } = state.holders;
    return { throughMs: Math.max(throughMs, this.#lookedMs), rotations };
  }

  /** Has everything accepted that follows from the records, then forgets that it was to be. */
  async #tell(op: string | null, state: HandoffState, made: readonly HandoffRow[]): Promise<void> {
    const { store, roster, accept, nowMs } = this.#parts;
    const present = roster.current();
    const open = await openIncidents(store);
    const inputs = [];
    const late: HandoffRow[] = [];
    const atMs = nowMs();
    for (const key of state.pending) {
      const record =
        made.find((one) => handoffKey(one.rotation, one.atMs) === key) ?? (await this.#recordWith(key));
      if (record === null) continue;
      if (isTooLate(record, atMs)) {
        late.push({ ...record, skipped: true });
        continue;
      }
      const holder = state.holders.rotations[record.rotation]?.person ?? null;
      inputs.push(...followUps(record, { roster: present, open, present: holder, nowMs: atMs }));
    }
    const rows = inputs.length > 0 ? await accept(inputs) : [];
    // What lies on a disk only may go with it (rule 12): it is looked at again until it is in the journal.
    for (const { id } of rows) if ((await store.journalRow(id)) === null) return;
    // Should this fail, the next look does it all again, and the journal knows the ids.
    if ((await this.#commit(op, { ...state, pending: [] }, late)) !== null) this.#say([], late);
  }

  async #recordWith(key: string): Promise<HandoffRow | null> {
    const [row] = await this.#parts.store.rows(HANDOFFS, HANDOFF, { prefix: key, limit: 1 });
    return row === undefined ? null : (row.body as HandoffRow);
  }

  /** The op, once it has landed; null when it hasn't, or nobody knows. */
  async #commit(expect: string | null, state: HandoffState, records: HandoffRow[]): Promise<string | null> {
    const op = this.#parts.newOp();
    const rows = records.map((body): Row => {
      // Kept for the retention, for people.
      return { kind: HANDOFF, key: handoffKey(body.rotation, body.atMs), body, endedAtMs: body.foundMs };
    });
    const result = await this.#parts.store.commit({ key: HANDOFFS, expect, op, state, rows, incidents: [] });
    return result === 'applied' ? op : null;
  }

  #sayAstray({ throughMs }: Holders): void {
    const { log } = this.#parts;
    log.warn(
      { through: new Date(throughMs).toISOString() },
      'handoffs were looked for by a clock that was hours ahead: who is on call now is noted anew',
    );
  }

  #say(handed: HandoffRow[], skipped: HandoffRow[]): void {
    const { log } = this.#parts;
    for (const { rotation, from, to, atMs } of handed) {
      log.info({ rotation, from, to, at: new Date(atMs).toISOString() }, 'a rotation was handed over');
    }
    for (const { rotation, from, to, atMs } of skipped) {
      log.warn(
        { rotation, from, to, at: new Date(atMs).toISOString() },
        'a handoff was over a day ago when it was to be told: nobody is told of it any more',
      );
    }
  }
}

const stateOf = ({ op, state }: Loaded): HandoffState | null =>
  op === null ? null : (state as HandoffState);

const nothing = (holders: Holders): Looked => ({ handed: [], skipped: [], holders });

const recordOf = (handoff: Handoff, { version }: Roster, foundMs: number): HandoffRow => ({
  ...handoff,
  foundMs,
  rosterVersion: version,
});

function saysNothingNew({ holders, handoffs, skipped }: Found, known: Holders, nowMs: number): boolean {
  return (
    handoffs.length + skipped.length === 0 &&
    holders.throughMs >= known.throughMs &&
    nowMs - known.throughMs < NOTED_MS &&
    JSON.stringify(holders.rotations) === JSON.stringify(known.rotations)
  );
}
