/** What befalls the machines of a cluster and the ways between them, drawn from the life's seed. */
import type { ClusterPlan } from './cluster-profile.ts';
import { repeatedly, type Plan, type Surroundings } from './hosts.ts';
import type { Machine } from './machine.ts';
import type { Network, Route } from './network.ts';
import type { Prng } from './prng.ts';

export interface FateParts {
  world: Surroundings;
  plan: ClusterPlan;
  network: Network;
  machines: readonly Machine[];
  start(machine: Machine): void;
  crash(machine: Machine, why: string): void;
}

const HOUR_MS = 3_600_000;
const WAYS: readonly Route[] = ['no-way-out', 'no-way-back', 'no-way-out'];
/** A restart by hand that doesn't end in time is a kill. */
const STOP_WITHIN_MS = 30_000;

export class ClusterFate {
  readonly #parts: FateParts;

  constructor(parts: FateParts) {
    this.#parts = parts;
  }

  begin(draw: Prng, plan: Plan): void {
    const { world, machines, network } = this.#parts;
    const { faults } = this.#parts.plan;
    const { crashEveryMs, restartEveryMs, clockJumps } = world.faults();
    const again = (everyMs: number, befall: (machine: Machine) => void): void =>
      repeatedly(world, draw, everyMs, () => befall(draw.pick(machines)));
    again(crashEveryMs, (machine) => this.#parts.crash(machine, 'at any moment'));
    again(restartEveryMs, (machine) => this.#restart(machine));
    again(faults.pauseEveryMs, (machine) =>
      this.#pause(machine, draw.pick([1, 10, 70, 180]) * 1_000 * (0.5 + draw.next())),
    );
    again(faults.cutOffEveryMs, (machine) => this.#cutOff(machine, draw));
    again(faults.peerCutEveryMs, (machine) => this.#cutPeers(machine, draw.pick(machines), draw));
    repeatedly(world, draw, faults.noQuorumEveryMs, () =>
      this.#noQuorum(draw.pick([3, 12, 30, 120]) * 1_000 * (0.5 + draw.next())),
    );
    if (faults.noQuorumForMs > 0)
      plan.during((on) => {
        network.quorumLost = on && !world.healed();
        world.line(on ? 'FAULT no quorum for anybody' : 'the quorum is back');
      }, faults.noQuorumForMs);
    if (faults.datacenterForMs > 0) this.#loseDatacenter(draw, plan, faults.datacenterForMs);
    if (world.faults().fullForMs > 0) {
      const machine = draw.pick(machines);
      plan.during((on) => {
        machine.spool.full = on && !world.healed();
        world.line(`the disk of ${machine.name} ${on ? 'is full' : 'has space'}`);
      }, world.faults().fullForMs);
    }
    if (faults.gone) {
      const machine = draw.pick(machines);
      plan.during((on) => on && this.#goes(machine), 0);
    }
    if (clockJumps) {
      const machine = draw.pick(machines);
      const jumpMs = draw.chance(0.5) ? HOUR_MS : -HOUR_MS;
      plan.during((on) => this.#jump(machine, on ? jumpMs : 0), draw.int(5, 200) * 1_000);
    }
  }

  /** What is down comes up, but for what is gone; who began under a wrong clock begins again. */
  heal(): void {
    const { machines, world, network } = this.#parts;
    const draw = world.seed.fork('heal');
    for (const machine of machines) {
      machine.jumpMs = 0;
      machine.spool.full = false;
      machine.running?.process.resume();
      if (!machine.gone) {
        machine.down = false;
        network.setDown(machine.name, false);
      }
      if (machine.suspect || (!world.faultless && draw.chance(0.1)))
        this.#parts.crash(machine, 'started again after the faults');
      else this.#parts.start(machine);
    }
  }

  #restart(machine: Machine): void {
    const { world } = this.#parts;
    const { running } = machine;
    if (running === null || !running.host.up || running.process.paused) return;
    world.line(`${machine.name} is stopped by hand`);
    const gone = (): void => {
      if (machine.running === running) this.#parts.crash(machine, 'stopped');
    };
    void running.host.stop().then(gone);
    world.time.schedule(STOP_WITHIN_MS, gone);
  }

  #pause(machine: Machine, forMs: number): void {
    const { world } = this.#parts;
    const process = machine.running?.process;
    if (process === undefined || process.paused) return;
    world.line(`FAULT ${machine.name} stands still for ${Math.round(forMs)} ms`);
    process.pause();
    world.time.schedule(forMs, () => {
      world.line(`${machine.name} goes on`);
      process.resume();
    });
  }

  #cutOff(machine: Machine, draw: Prng): void {
    const { world, network } = this.#parts;
    const route = draw.pick(WAYS);
    const forMs = draw.int(3, 90) * 1_000;
    world.line(`FAULT ${machine.name} to the store: ${route} for ${forMs} ms`);
    network.setToStore(machine.name, route);
    world.time.schedule(forMs, () => network.setToStore(machine.name, 'open'));
  }

  #noQuorum(forMs: number): void {
    const { world, network } = this.#parts;
    world.line(`FAULT no quorum for ${Math.round(forMs)} ms`);
    network.quorumLost = true;
    world.time.schedule(forMs, () => {
      world.line('the quorum is back');
      network.quorumLost = false;
    });
  }

  #cutPeers(one: Machine, other: Machine, draw: Prng): void {
    const { world, network } = this.#parts;
    if (one === other) return;
    const both = draw.chance(0.5);
    const route = draw.pick(WAYS);
    const forMs = draw.int(3, 90) * 1_000;
    world.line(`FAULT ${one.name} to ${other.name}: ${route}${both ? ', both ways' : ''} for ${forMs} ms`);
    const set = (to: Route): void => {
      network.setBetween(one.name, other.name, to);
      if (both) network.setBetween(other.name, one.name, to);
    };
    set(route);
    world.time.schedule(forMs, () => set('open'));
  }

  #loseDatacenter(draw: Prng, plan: Plan, forMs: number): void {
    const { world, machines, network } = this.#parts;
    const { datacenter } = draw.pick(machines);
    const lost = machines.filter((one) => one.datacenter === datacenter);
    plan.during((on) => {
      if (on && world.healed()) return;
      world.line(on ? `FAULT datacenter ${datacenter} is down` : `datacenter ${datacenter} is back`);
      for (const machine of lost) {
        if (machine.gone) continue;
        machine.down = on;
        network.setDown(machine.name, on);
        if (on) this.#parts.crash(machine, 'no power');
        else this.#parts.start(machine);
      }
    }, forMs);
  }

  #goes(machine: Machine): void {
    const { world, network, machines } = this.#parts;
    // Somebody has to be left.
    if (machines.filter((one) => !one.gone).length === 1 || world.healed()) return;
    world.line(`FAULT ${machine.name} is gone for ever`);
    machine.gone = true;
    network.setDown(machine.name, true);
    this.#parts.crash(machine, 'gone');
  }

  #jump(machine: Machine, jumpMs: number): void {
    if (this.#parts.world.healed()) return;
    machine.jumpMs = jumpMs;
    this.#parts.world.line(`FAULT the clock of ${machine.name} is off by ${machine.offMs} ms`);
  }
}
