/** The lanes of every kind of aggregate: what an input is taken by. */
import type { Gap, HeartbeatContext, HeartbeatInput, HeartbeatState } from '../heartbeats/types.ts';
import { isHeartbeat } from '../heartbeats/rows.ts';
import { lineageGroup } from '../incidents/rows.ts';
import type { LineageContext, LineageState } from '../incidents/types.ts';
import type { ResponderContext, ResponderState } from '../notifications/types.ts';
import type { AggregateKey, WorkId } from '../store/port.ts';
import type { LineageInput, ResponderInput } from './effects.ts';
import type { EngineParts } from './engine-parts.ts';
import { heartbeatMachine } from './heartbeat.ts';
import type { LaneParts, Taken } from './lane-parts.ts';
import { Lanes } from './lanes.ts';
import { lineageMachine } from './lineage.ts';
import type { Committed } from './machine-port.ts';
import { Numbers } from './numbers.ts';
import { responderMachine, type ResponderParts } from './responder.ts';
import type { Target } from './targets.ts';
import { Turns } from './turns.ts';

/** Lineages worked on at once: enough to share an fsync, few enough that nobody waits long for a transaction. */
const LINEAGES_AT_ONCE = 64;

/** What the engine itself gives to the machines. */
export interface Around extends Pick<ResponderParts, 'health' | 'limits' | 'stopping'> {
  lanes: Omit<LaneParts, 'turns'>;
  /** When relay was away. */
  gaps(): Promise<Gap[]>;
  /** The journal is to be walked for rows that nobody handed on. */
  behind(): void;
  committed(commit: Committed<unknown>): void;
  responderCommitted(commit: Committed<ResponderState>): void;
}

export class Aggregates {
  readonly #lineages: Lanes<LineageState, LineageInput, LineageContext>;
  readonly #responders: Lanes<ResponderState, ResponderInput, ResponderContext>;
  readonly #heartbeats: Lanes<HeartbeatState, HeartbeatInput, HeartbeatContext>;

  constructor(parts: EngineParts, around: Around) {
    const { lanes } = around;
    const numbers = new Numbers(parts.store);
    const common = {
      freshRoster: (version: number) => parts.freshRoster?.(version) ?? null,
      committed: around.committed,
    };
    this.#lineages = new Lanes(
      lineageMachine({ ...common, duty: parts.duty, nextNumber: () => numbers.take() }),
      { ...lanes, turns: { turns: new Turns(LINEAGES_AT_ONCE), group: lineageGroup } },
    );
    this.#heartbeats = new Lanes(
      heartbeatMachine({ ...parts, ...common, gaps: around.gaps, behind: around.behind }),
      lanes,
    );
    this.#responders = new Lanes(
      responderMachine({
        ...parts,
        health: around.health,
        limits: around.limits,
        degraded: parts.degraded ?? null,
        monoMs: () => parts.clock.monoMs(),
        stopping: around.stopping,
        committed: around.responderCommitted,
      }),
      lanes,
    );
  }

  /** Resolves once it is in a commit that landed. `stays`: it is not to be left to another host. */
  take(target: Target, rows: WorkId[], tick: number, stays: boolean): Promise<Taken> {
    const { aggregate, id } = target;
    switch (target.kind) {
      case 'lineage':
        return this.#lineages.submit(aggregate, { id, input: target.input, rows, tick, stays });
      case 'responder':
        return this.#responders.submit(aggregate, { id, input: target.input, rows, tick, stays });
      case 'heartbeat':
        return this.#heartbeats.submit(aggregate, { id, input: target.input, rows, tick, stays });
    }
  }

  rowDone(aggregate: AggregateKey, row: WorkId): void {
    if (isHeartbeat(aggregate)) this.#heartbeats.rowDone(aggregate, row);
    else (aggregate.startsWith('r:') ? this.#responders : this.#lineages).rowDone(aggregate, row);
  }

  /** The aggregate whose work has stood still for longer than `limitMs`; null when none's has. */
  stuck(limitMs: number): AggregateKey | null {
    return (
      this.#lineages.stuck(limitMs) ?? this.#responders.stuck(limitMs) ?? this.#heartbeats.stuck(limitMs)
    );
  }

  /** Resolves when no responder is in the middle of a commit. */
  respondersSettled(): Promise<void> {
    return this.#responders.settled();
  }

  /** Resolves when none is. */
  async settled(): Promise<void> {
    await this.#responders.settled();
    await this.#heartbeats.settled();
    await this.#lineages.settled();
  }
}
