/** One machine: processes come and go over one disk. */
import type { NewInput } from '../../src/relay/events/accept.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { JournalRow } from '../../src/relay/store/port.ts';
import { DiskWay } from './disk-way.ts';
import type { RosterChange } from './edits.ts';
import { Host } from './host.ts';
import { repeatedly, type Hosts, type Plan, type Surroundings } from './hosts.ts';
import { MemoryStore } from './memory-store.ts';
import { narrate } from './narrate.ts';
import type { Prng } from './prng.ts';
import { Process } from './process.ts';
import { rosterOn, writeFirstRoster } from './roster-disk.ts';
import { SimClock } from './sim-clock.ts';
import { SimStore } from './sim-store.ts';

const HOUR_MS = 3_600_000;

interface Running {
  host: Host;
  process: Process;
}

export class OneHost implements Hosts {
  readonly #world: Surroundings;
  #running: Running | null = null;
  #lives = 0;
  #wallOffsetMs = 0;
  #isUp = false;
  #suspect = false;
  #full = false;

  constructor(world: Surroundings, roster: Roster) {
    this.#world = world;
    writeFirstRoster(world.disk, roster, world.trueWallMs());
  }

  begin(draw: Prng, plan: Plan): void {
    const faults = this.#world.faults();
    if (faults.fullForMs > 0) plan.during((on) => this.#setFull(on), faults.fullForMs);
    plan.suspension();
    if (faults.clockJumps) {
      const jumpMs = draw.chance(0.5) ? HOUR_MS : -HOUR_MS;
      plan.during((on) => this.#jump(on ? jumpMs : 0), draw.int(5, 200) * 1_000);
    }
    repeatedly(this.#world, draw, faults.crashEveryMs, () => this.#crash('at any moment'));
    repeatedly(this.#world, draw, faults.restartEveryMs, () => this.#restart());
    this.#start();
  }

  accept(inputs: NewInput[]): Promise<JournalRow[]> | null {
    return this.#running?.host.accept(inputs) ?? null;
  }

  edit(change: RosterChange): Promise<Roster> | null {
    return this.#running?.host.edit(change) ?? null;
  }

  roster(): Roster {
    return rosterOn(this.#world.disk);
  }

  mayBeMissing(): boolean {
    return false;
  }

  /** A process that started under a wrong clock is started again. */
  heal(): void {
    this.#full = false;
    this.#wallOffsetMs = 0;
    if (this.#suspect || this.#world.seed.fork('heal').chance(0.3))
      this.#crash('started again after the faults');
  }

  isGone(): boolean {
    return false;
  }

  reincarnate(): void {
    this.#crash('to do everything again');
  }

  #start(): void {
    const { time, seed, line } = this.#world;
    if (time.halted) return;
    this.#lives += 1;
    const life = `h${this.#lives}`;
    if (this.#wallOffsetMs !== 0) {
      this.#suspect = true;
      this.#world.suspectWall();
    }
    const process = new Process(time);
    const running: Running = { process, host: this.#host(life, seed.fork(life), process) };
    this.#running = running;
    line(`${life} starts`);
    this.#isUp = false;
    running.host.start().then(
      () => {
        this.#isUp = true;
        line(`${life} is up`);
      },
      (error: unknown) => {
        if (running === this.#running && !process.dead) this.#crash(`it could not come up: ${String(error)}`);
      },
    );
  }

  #host(life: string, draw: Prng, process: Process): Host {
    const world = this.#world;
    const { time, disk, mutation, line } = world;
    const wallMs = (): number => world.trueWallMs() + this.#wallOffsetMs;
    const memory = new MemoryStore({ nowMs: () => world.trueWallMs(), disk });
    const store = new SimStore({
      inner: mutation.disk?.(memory) ?? memory,
      way: new DiskWay({
        time,
        draw: draw.fork('store'),
        process,
        faults: () => world.faults(),
        full: () => this.#full,
        crash: (why) => this.#crash(why),
        line,
      }),
      nowMs: () => time.nowMs,
      onAppend: (rows) => world.checks.onAppend(rows),
      onConflict: () => world.onConflict(),
      onCommit: (change, sentAtMs) => {
        if (world.told) for (const text of narrate(change)) line(text);
        world.checks.onCommit(change, sentAtMs);
      },
      line,
    });
    return new Host({
      host: 'host',
      life,
      draw,
      clock: new SimClock({ time, wallMs, process }),
      store: mutation.store?.(store) ?? store,
      transports: world.transports(process),
      answerable: world.answerable,
      pace: world.pace,
      zone: world.zone,
      mutation,
      poison: (error) => world.fail('rule 15', `an input was given up: ${String(error)}`),
      log: line,
    });
  }

  #crash(why: string): void {
    const running = this.#running;
    if (running === null || running.process.dead) return;
    running.process.kill();
    this.#running = null;
    this.#world.line(`CRASH ${why}`);
    this.#world.checks.atCrash();
    const downMs = this.#world.seed.fork(`down ${this.#lives}`).int(200, 20_000);
    this.#world.time.schedule(downMs, () => this.#start());
  }

  /** A restart by hand: what doesn't end in time is killed. */
  #restart(): void {
    const running = this.#running;
    if (running === null || !running.host.up) return;
    this.#world.line('stopping by hand');
    const gone = (): void => {
      if (this.#running === running) this.#crash('stopped');
    };
    void running.host.stop().then(gone);
    this.#world.time.schedule(30_000, gone);
  }

  #setFull(on: boolean): void {
    this.#full = on && !this.#world.healed();
    this.#world.line(on ? 'FAULT the disk is full' : 'the disk has space again');
  }

  #jump(offsetMs: number): void {
    if (this.#world.healed()) return;
    this.#wallOffsetMs = offsetMs;
    // What it reads of its timers while it starts it reads by this clock.
    if (!this.#isUp && offsetMs !== 0) {
      this.#suspect = true;
      this.#world.suspectWall();
    }
    this.#world.line(`FAULT wall time is off by ${offsetMs} ms`);
  }
}
