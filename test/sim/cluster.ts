/** Several machines over one store: each with processes that come and go, and what befalls them and the ways between. */
import type { NewInput } from '../../src/relay/events/accept.ts';
import { peerOrder } from '../../src/relay/daemon/peer-order.ts';
import type { ClusterHost as HostEntry } from '../../src/relay/config/types.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { ClockReading, JournalRow, WorkId } from '../../src/relay/store/port.ts';
import { ClusterFate } from './cluster-fate.ts';
import { ClusterHost } from './cluster-host.ts';
import { NO_CLUSTER_FAULTS, type ClusterFaults, type ClusterPlan } from './cluster-profile.ts';
import type { RosterChange } from './edits.ts';
import type { Hosts, Plan, Surroundings } from './hosts.ts';
import { AloneWatch } from './alone-watch.ts';
import { SimLocalStores, type AloneFile } from './alone-files.ts';
import { DiskWay } from './disk-way.ts';
import { LateWrites } from './late-writes.ts';
import { Machine, type Running } from './machine.ts';
import { MemorySpool } from './memory-spool.ts';
import { MemoryStore } from './memory-store.ts';
import { narrate } from './narrate.ts';
import { Network, type Place } from './network.ts';
import { NetworkWay } from './network-way.ts';
import type { Prng } from './prng.ts';
import { Process } from './process.ts';
import { rosterOn, writeFirstRoster } from './roster-disk.ts';
import type { Faults } from './profile.ts';
import { SimClock } from './sim-clock.ts';
import { SimPeers } from './sim-peers.ts';
import { SimSpool } from './sim-spool.ts';
import { SimStore } from './sim-store.ts';

/** Half of the time in which a machine answers for its clock, at most. */
const CLOCK_ERROR_MS = 35;

export class Cluster implements Hosts {
  readonly network: Network;
  readonly machines: readonly Machine[];
  readonly #world: Surroundings;
  readonly #plan: ClusterPlan;
  readonly #late: LateWrites;
  readonly #fate: ClusterFate;
  readonly #who: Prng;
  /** Rows that were accepted without the store -> whose disks had them then. */
  readonly #onDisks = new Map<WorkId, Machine[]>();

  constructor(world: Surroundings, plan: ClusterPlan, roster: Roster) {
    this.#world = world;
    this.#plan = plan;
    this.network = new Network(plan.places, plan.roundTripMs);
    this.#late = new LateWrites(world.time);
    this.#who = world.seed.fork('who');
    const draw = world.seed.fork('clocks');
    this.machines = plan.places.map(
      ({ host, datacenter }) =>
        new Machine(host, datacenter, draw.int(-plan.faults.skewMs, plan.faults.skewMs)),
    );
    writeFirstRoster(world.disk, roster, world.trueWallMs());
    this.#fate = new ClusterFate({
      world,
      plan,
      network: this.network,
      machines: this.machines,
      start: (machine) => this.#start(machine),
      crash: (machine, why) => this.#crash(machine, why),
    });
  }

  begin(draw: Prng, plan: Plan): void {
    plan.suspension();
    const hosts = this.machines.map((one) => `${one.name} in ${one.datacenter}, ${one.offMs} ms off`);
    this.#world.line(`hosts: ${hosts.join('; ')}`);
    for (const machine of this.machines)
      this.#world.time.schedule(draw.int(0, 3_000), () => this.#start(machine));
    this.#fate.begin(draw, plan);
    new AloneWatch(this.#world, this.network, this.machines).begin();
  }

  accept(inputs: NewInput[]): Promise<JournalRow[]> | null {
    const { running, name } = this.#who.pick(this.machines.filter((one) => !one.gone));
    if (running === null || this.network.isDown(name)) return null;
    return new Promise((resolve, reject) => {
      running.process.deliver(
        () =>
          void running.host.accept(inputs).then((rows) => {
            for (const { id } of rows) this.#promised(id, name);
            resolve(rows);
          }, reject),
      );
    });
  }

  edit(change: RosterChange): Promise<Roster> | null {
    const { running, name } = this.#who.pick(this.machines.filter((one) => !one.gone));
    if (running === null || this.network.isDown(name)) return null;
    return new Promise((resolve, reject) => {
      running.process.deliver(() => void running.host.edit(change).then(resolve, reject));
    });
  }

  /** A sender was told yes: there is a quorum, or two disks, or in need one (rule 12). */
  #promised(id: WorkId, by: string): void {
    if (this.#world.disk.journal.has(id)) return;
    const disks = this.machines.filter((one) => one.keeps(id));
    this.#world.line(`${by}: ${id} was accepted on ${disks.map((one) => one.name).join(', ') || 'NO DISK'}`);
    if (disks.length === 0) this.#world.fail('S1', `${id} was accepted and is nowhere`);
    this.#onDisks.set(id, disks);
  }

  mayBeMissing(id: WorkId): boolean {
    const disks = this.#onDisks.get(id) ?? [];
    return (disks.length === 1 && disks.every((one) => one.gone)) || this.#world.carriedAlone(id);
  }

  isGone(host: string): boolean {
    return this.machines.some((one) => one.name === host && one.gone);
  }

  roster(): Roster {
    return rosterOn(this.#world.disk);
  }

  heal(): void {
    this.network.heal();
    this.#late.heal();
    this.#fate.heal();
  }

  reincarnate(): void {
    for (const machine of this.machines) this.#crash(machine, 'to do everything again');
  }

  #start(machine: Machine): void {
    const { time, seed, line } = this.#world;
    if (time.halted || machine.down || machine.gone || machine.running !== null) return;
    machine.lives += 1;
    machine.suspect = machine.jumpMs !== 0;
    if (machine.suspect) this.#world.suspectWall();
    const life = `${machine.name}.${machine.lives}`;
    const process = new Process(time);
    const running: Running = { process, host: this.#host(machine, life, seed.fork(life), process) };
    machine.running = running;
    line(`${life} starts`);
    running.host.start().then(
      () => line(`${life} is up`),
      (error: unknown) => {
        if (!process.dead) this.#crash(machine, `it could not come up: ${String(error)}`);
      },
    );
  }

  #host(machine: Machine, life: string, draw: Prng, process: Process): ClusterHost {
    const world = this.#world;
    const { time, disk, mutation } = world;
    const line = (text: string): void => world.line(`${machine.name}: ${text}`);
    const memory = new MemoryStore({ nowMs: () => world.trueWallMs(), disk, distant: true });
    const store = new SimStore({
      inner: mutation.disk?.(memory) ?? memory,
      way: new NetworkWay({
        host: machine.name,
        network: this.network,
        late: this.#late,
        time,
        draw: draw.fork('store'),
        process,
        faults: () => this.#faults(),
        crash: (why) => this.#crash(machine, why),
        line,
      }),
      nowMs: () => time.nowMs,
      clocks: () => Promise.resolve(this.#clocks(machine, draw)),
      onAppend: (rows) => this.#stamped(rows),
      onConflict: () => world.onConflict(),
      onCommit: (change, sentAtMs) => {
        if (world.told) for (const text of narrate(change)) line(text);
        world.checks.onCommit(change, sentAtMs);
      },
      line,
    });
    return new ClusterHost({
      host: machine.name,
      life,
      draw,
      clock: new SimClock({ time, wallMs: () => world.trueWallMs() + machine.offMs, process }),
      store: mutation.store?.(store) ?? store,
      spool: new SimSpool({
        inner: new MemorySpool(machine.spool),
        time,
        draw: draw.fork('spool'),
        process,
        onKeep: (rows) => this.#stamped(rows),
      }),
      hostIndex: this.machines.indexOf(machine) + 1,
      local: new SimLocalStores({
        host: machine.name,
        hostIndex: this.machines.indexOf(machine) + 1,
        files: machine.alone,
        time,
        draw: draw.fork('alone'),
        process,
        crashes: () => this.#faults().crash,
        crash: (why) => this.#crash(machine, why),
        full: () => machine.spool.full,
        storeOver: (file) => this.#aloneStore(machine, file, draw.fork(`file ${file.first}`), process),
        checksOver: (file) => world.aloneFile(file),
      }),
      others: peerOrder(this.#plan.places.map(placeOf), machine.name),
      peers: new SimPeers({
        self: machine.name,
        hosts: this.machines.map((one) => one.name),
        network: this.network,
        time,
        draw: draw.fork('peers'),
        process,
        faults: () => this.#faults(),
        callee: (host) => this.#callee(host),
        line,
      }),
      transports: world.transports(process),
      answerable: world.answerable,
      pace: world.pace,
      zone: world.zone,
      mutation,
      poison: (error) => world.fail('rule 15', `an input was given up: ${String(error)}`),
      log: line,
    });
  }

  /** A process's way to a file that it pages alone from: on its own disk, so what it asked for ends with it. */
  #aloneStore(machine: Machine, file: AloneFile, draw: Prng, process: Process): SimStore {
    const world = this.#world;
    const { time } = world;
    const line = (text: string): void => world.line(`${machine.name} alone: ${text}`);
    return new SimStore({
      inner: new MemoryStore({ nowMs: () => world.trueWallMs(), disk: file.disk }),
      way: new DiskWay({
        time,
        draw,
        process,
        // Networks fail here and there, a disk as a whole: see `full`.
        faults: () => ({ ...this.#faults(), unavailable: 0 }),
        full: () => machine.spool.full,
        endsWithProcess: true,
        crash: (why) => this.#crash(machine, `alone, ${why}`),
        line,
      }),
      nowMs: () => time.nowMs,
      onAppend: () => undefined,
      onConflict: () => undefined,
      onCommit: (change, sentAtMs) => {
        if (world.told) for (const text of narrate(change)) line(text);
        file.checks.onCommit(change, sentAtMs);
      },
      line,
    });
  }

  /** What a process has stamped counts for the next, whether or not it gets to the journal. */
  #stamped(rows: readonly JournalRow[]): void {
    const { checks, disk } = this.#world;
    checks.onAppend(rows);
    for (const { stamp } of rows)
      disk.lastSeq.set(stamp.host, Math.max(stamp.seq, disk.lastSeq.get(stamp.host) ?? 0));
  }

  #callee(host: string): { process: Process; handlers: ClusterHost['handlers'] } | null {
    const running = this.machines.find((one) => one.name === host)?.running ?? null;
    return running === null ? null : { process: running.process, handlers: running.host.handlers };
  }

  /** The store's machines are these and, up to five, others whose clocks are right. */
  #clocks(asking: Machine, draw: Prng): ClockReading[] {
    const right = ['s4', 's5'].map((machine) => ({ machine, offMs: 0 }));
    const said = [...this.machines.map((one) => ({ machine: one.name, offMs: one.offMs })), ...right].slice(
      0,
      5,
    );
    return said
      .filter(({ machine }) => !this.network.isDown(machine))
      .map(({ machine, offMs }) => {
        const errorMs = draw.int(1, CLOCK_ERROR_MS);
        return { machine, offsetMs: offMs - asking.offMs + draw.int(-errorMs, errorMs), errorMs };
      });
  }

  #crash(machine: Machine, why: string): void {
    const { running } = machine;
    if (running === null || running.process.dead) return;
    running.process.kill();
    machine.running = null;
    this.#world.line(`CRASH ${machine.name}: ${why}`);
    this.#world.checks.atCrash();
    machine.alone.present?.checks.atCrash();
    const downMs = this.#world.seed.fork(`down ${machine.name} ${machine.lives}`).int(200, 20_000);
    this.#world.time.schedule(downMs, () => this.#start(machine));
  }

  #faults(): Faults & ClusterFaults {
    const cluster = this.#world.healed() ? NO_CLUSTER_FAULTS : this.#plan.faults;
    return { ...cluster, ...this.#world.faults() };
  }
}

const placeOf = ({ host, datacenter }: Place): HostEntry => ({ name: host, datacenter, address: host });
