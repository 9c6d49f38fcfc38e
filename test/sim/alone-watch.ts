/** Rule 13 in time: what a host without a quorum has accepted is paged by it soon, or is in the cluster's hands. */
import type { Input } from '../../src/relay/events/types.ts';
import { lineageKey } from '../../src/relay/incidents/rows.ts';
import type { Surroundings } from './hosts.ts';
import type { Machine } from './machine.ts';
import type { Network } from './network.ts';
import type { Process } from './process.ts';

/**
 * A process in order without a quorum pages what it has accepted within this: it notices after 8 s and some timeouts,
 * and some calls to its disk may be slow.
 */
const WITHIN_MS = 60_000;
const LOOK_MS = 5_000;

/** Since when a machine has been without a quorum, and nothing else has been wrong with it. */
interface Lonely {
  process: Process;
  sinceMs: number;
}

export class AloneWatch {
  readonly #world: Surroundings;
  readonly #network: Network;
  readonly #machines: readonly Machine[];
  readonly #lonely = new Map<Machine, Lonely>();
  /** `host row` -> when it was first seen to wait on that host's disk. */
  readonly #waiting = new Map<string, number>();

  constructor(world: Surroundings, network: Network, machines: readonly Machine[]) {
    this.#world = world;
    this.#network = network;
    this.#machines = machines;
  }

  begin(): void {
    this.#world.time.schedule(LOOK_MS, () => {
      if (this.#world.healed()) return;
      for (const machine of this.#machines) this.#look(machine);
      this.begin();
    });
  }

  #look(machine: Machine): void {
    const { nowMs } = this.#world.time;
    const { running, spool, name } = machine;
    const cut = !this.#network.hasQuorum || this.#network.toStore(name) !== 'open';
    if (running === null || !running.host.up || running.process.paused || spool.full || !cut) {
      this.#lonely.delete(machine);
      return;
    }
    if (this.#lonely.get(machine)?.process !== running.process)
      this.#lonely.set(machine, { process: running.process, sinceMs: nowMs });
    const sinceMs = this.#lonely.get(machine)?.sinceMs ?? nowMs;
    for (const { row, owner } of spool.rows.values()) {
      if (owner !== null) continue;
      const what = `${name} ${row.id}`;
      const seenMs = this.#waiting.get(what) ?? nowMs;
      this.#waiting.set(what, seenMs);
      if (nowMs - Math.max(seenMs, sinceMs) > WITHIN_MS && !this.#isTaken(machine, row.id, row.input))
        this.#world.fail('L1', `${name} has had no quorum for long, and has not paged for ${row.id}`);
    }
  }

  /** Every trigger in it has been looked at, here alone or by the cluster. */
  #isTaken(machine: Machine, id: string, input: Input): boolean {
    if (input.kind !== 'alert' || !this.#world.isAccepted(id)) return true;
    const { present, sealed } = machine.alone;
    const disks = [this.#world.disk, ...[present, ...sealed].flatMap((file) => file?.disk ?? [])];
    return input.events
      .filter((one) => one.action === 'trigger')
      .every(({ service, dedupKey }) => {
        const lineage = lineageKey(service, dedupKey);
        return disks.some(({ aggregates, journal }) => aggregates.has(lineage) && journal.has(id));
      });
  }
}
