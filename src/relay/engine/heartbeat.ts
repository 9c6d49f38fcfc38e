/** How the engine drives heartbeats: the definition comes in from the roster, and when relay was away from `hearing`. */
import { isDefinedAnew, JUDGE, newHeartbeat, step } from '../heartbeats/machine.ts';
import { heartbeatKey, heartbeatOf } from '../heartbeats/rows.ts';
import type { Gap, HeartbeatContext, HeartbeatInput, HeartbeatState } from '../heartbeats/types.ts';
import type { Ping, Stamp } from '../events/types.ts';
import type { Heartbeat } from '../oncall/heartbeat.ts';
import type { Roster } from '../oncall/types.ts';
import { shardOf } from '../store/places.ts';
import type { AggregateKey, DueRow, JournalRow, Page, Store } from '../store/port.ts';
import { dueRow, type Envelope } from './envelope.ts';
import { knownHeartbeatTimer } from './known-inputs.ts';
import type { Committed, Machine } from './machine-port.ts';

export interface HeartbeatParts {
  store: Pick<Store, 'walkJournal'>;
  roster(): Roster;
  /** See LineageParts. */
  freshRoster(version: number): Promise<void> | null;
  /** The engine's time on this host. */
  nowMs(): number;
  /** When relay was away. */
  gaps(): Promise<Gap[]>;
  /** Accepted pings have not been taken, perhaps because nobody handed them on. */
  behind(): void;
  committed(commit: Committed<HeartbeatState>): void;
}

const NOTHING: readonly Gap[] = [];
const PAGE = 500;
/** A backlog that is longer than so many pages isn't searched: something of it may be a ping. */
const PAGES = 4;

export function heartbeatMachine(
  parts: HeartbeatParts,
): Machine<HeartbeatState, HeartbeatInput, HeartbeatContext> {
  return {
    mayBeNew: false,
    initial: (key) => newHeartbeat(heartbeatOf(key)),
    step,
    lookAhead: () => undefined,
    timer: (name) => ({ kind: 'timer', name: knownHeartbeatTimer(name) }),
    urgent: () => false,
    canTake: () => true,
    committed: parts.committed,
    async context(key, state, input, _op, nowMs) {
      await parts.freshRoster(0);
      const definition = definitionOf(parts.roster(), state.id);
      const hereMs = parts.nowMs();
      if (input.kind === 'ping')
        return {
          nowMs,
          definition,
          ageMs: ageOf(input, input.stamp, hereMs),
          gaps: NOTHING,
          waitingMs: null,
        };
      // What is waiting is looked for first: a ping that comes after that was accepted after it was due.
      const waitingMs = await newestWaiting(parts.store, key, state.id, hereMs);
      if (waitingMs !== null) parts.behind();
      return { nowMs, definition, ageMs: 0, gaps: await parts.gaps(), waitingMs };
    },
  };
}

/**
 * Of a host whose clock is wrong nothing can be told. Otherwise both clocks go steadily, and are as far apart as wall
 * clocks are at most.
 */
const ageOf = ({ heardMs }: Pick<Ping, 'heardMs'>, { trusted }: Stamp, nowMs: number): number =>
  heardMs === undefined || !trusted ? 0 : Math.max(0, nowMs - heardMs);

const definitionOf = ({ heartbeats = [] }: Roster, id: string): Heartbeat | null =>
  heartbeats.find((one) => one.id === id) ?? null;

/** How old the newest ping is that is still to be taken; null: there is none. */
async function newestWaiting(
  store: Pick<Store, 'walkJournal'>,
  key: AggregateKey,
  id: string,
  nowMs: number,
): Promise<number | null> {
  let newestMs: number | null = null;
  let after: string | null = null;
  for (let pages = 0; pages < PAGES; pages += 1) {
    const page: Page<JournalRow> = await store.walkJournal({
      shards: [shardOf(key)],
      after,
      limit: PAGE,
      whole: false,
    });
    for (const { input, stamp } of page.items) {
      if (input.kind !== 'ping' || input.heartbeat !== id) continue;
      newestMs = Math.min(newestMs ?? Number.POSITIVE_INFINITY, ageOf(input, stamp, nowMs));
    }
    after = page.next;
    if (after === null) return newestMs;
  }
  return 0;
}

export interface HeartbeatWalkParts {
  store: Pick<Store, 'load' | 'undone' | 'writeDue'>;
  roster(): Roster;
  mine(aggregate: AggregateKey): boolean;
  /** Has a timer fire before its time. */
  fire(row: DueRow): void;
  /** Notes that relay is heard. */
  note(): Promise<void>;
  stopped(): boolean;
}

/** Heartbeats that the roster has changed, removed or paused: looked at within seconds, and not when they are due. */
export class HeartbeatWalk {
  readonly #parts: HeartbeatWalkParts;
  /** The version that all of them have been looked at under, and those that were in it. */
  #seen: { version: number; ids: readonly string[] } | null = null;
  #running = false;

  constructor(parts: HeartbeatWalkParts) {
    this.#parts = parts;
  }

  /** Rejects as the store does. */
  note(): Promise<void> {
    return this.#parts.note();
  }

  /** Once for each version. Rejects as the store does. */
  async look(): Promise<void> {
    const { version, heartbeats = [] } = this.#parts.roster();
    if (this.#running || version === this.#seen?.version) return;
    this.#running = true;
    try {
      const ids = heartbeats.map(({ id }) => id);
      for (const id of new Set([...ids, ...(this.#seen?.ids ?? [])])) {
        if (this.#parts.stopped()) return;
        if (this.#parts.mine(heartbeatKey(id))) await this.#lookAt(id, heartbeats);
      }
      this.#seen = { version, ids };
    } finally {
      this.#running = false;
    }
  }

  async #lookAt(id: string, heartbeats: readonly Heartbeat[]): Promise<void> {
    const { store, fire } = this.#parts;
    const aggregate = heartbeatKey(id);
    const state = (await store.load(aggregate)).state as Envelope<HeartbeatState> | null;
    if (state === null) return;
    const definition = heartbeats.find((one) => one.id === id) ?? null;
    const timer = state.timers.find((one) => one.name === JUDGE);
    // Without a timer nothing is expected and nothing is open: the next ping finds what is new.
    if (timer === undefined || !isDefinedAnew(state.domain, definition)) return;
    const row = dueRow(aggregate, timer);
    // What follows from it stands behind this row (S13).
    if (!(await store.undone([row.id])).has(row.id)) await store.writeDue([row]);
    fire(row);
  }
}
