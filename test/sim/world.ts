/** One life: the disk, the providers, the people, the monitors, and the processes that come and go over one disk. */
import type { NewInput } from '../../src/relay/events/accept.ts';
import type { Channel } from '../../src/relay/events/types.ts';
import type { Transport } from '../../src/relay/messaging/port.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { Store } from '../../src/relay/store/port.ts';
import { CommitChecks } from './commit-checks.ts';
import { narrate } from './narrate.ts';
import { Host } from './host.ts';
import { Ledger } from './ledger.ts';
import { LedgerCheck } from './ledger-check.ts';
import { emptyDisk, type MemoryDisk } from './memory-disk.ts';
import { MemoryStore } from './memory-store.ts';
import { Phones } from './phones.ts';
import { Prng } from './prng.ts';
import { NO_FAULTS, drawProfile, type Faults, type Profile } from './profile.ts';
import { SimClock } from './sim-clock.ts';
import { EmailProvider } from './sim-email.ts';
import { SmsProvider } from './sim-sms.ts';
import { SimStore } from './sim-store.ts';
import { Traffic } from './traffic.ts';
import { VirtualTime } from './virtual-time.ts';

/** Wraps what a process is given, to see that the simulation notices. */
export interface Mutation {
  store?(store: Store): Store;
  /** Below the simulated faults: what the disk itself does. */
  disk?(disk: MemoryStore): MemoryStore;
  transport?(transport: Transport): Transport;
}

export interface Failure {
  invariant: string;
  text: string;
}

interface Running {
  host: Host;
  dead: boolean;
}

const START_MS = Date.UTC(2026, 2, 2, 9);
const HOUR_MS = 3_600_000;

export class World {
  readonly time = new VirtualTime();
  readonly profile: Profile;
  readonly disk: MemoryDisk = emptyDisk();
  readonly failures: Failure[] = [];
  readonly lines: string[] = [];
  readonly ledger: Ledger;
  readonly checks: CommitChecks;
  readonly accepted = new Set<string>();
  readonly traffic: Traffic;
  /** A process started while its wall clock was an hour off: nothing can be said about its delays (rule 4). */
  wallSuspect = false;
  roster: Roster;
  readonly #seed: Prng;
  readonly #mutation: Mutation;
  readonly #print: ((line: string) => void) | null;
  readonly #phones: Phones;
  readonly #sms: SmsProvider;
  readonly #email: EmailProvider;
  readonly #dead = new Set<string>();
  #running: Running | null = null;
  #hosts = 0;
  #healed = false;
  #wallOffsetMs = 0;
  #full = false;
  #suspended = false;

  constructor(seed: number, mutation: Mutation, print: ((line: string) => void) | null) {
    this.#seed = new Prng(`life ${seed}`);
    this.#mutation = mutation;
    this.#print = print;
    this.profile = drawProfile(this.#seed);
    this.roster = this.profile.roster;
    const fail = (invariant: string, text: string): void => this.fail(invariant, text);
    const { disk, time } = this;
    const ledgerCheck = new LedgerCheck({ disk, ledger: () => this.ledger, fail });
    this.ledger = new Ledger((taken, message) => {
      this.line(
        `${taken.channel} ${taken.messageId} taken as ${taken.providerId} for ${taken.to}: ${taken.body.slice(0, 90)}`,
      );
      ledgerCheck.onTaken(taken, message);
      this.checks.onTaken(taken);
      this.#phones.receives(taken);
    });
    this.checks = new CommitChecks({
      disk,
      fail,
      nowMs: () => time.nowMs,
      faultless: this.profile.faultNames.length === 0,
      sentAt: (messageId) => this.ledger.byMessage.get(messageId) ?? null,
      wallSuspect: () => this.wallSuspect,
      levels: (service) => this.#levels(service),
    });
    const provider = {
      time,
      ledger: this.ledger,
      faults: () => this.#faults(),
      trueWallMs: () => this.#trueWallMs(),
      dead: this.#dead,
      line: (text: string) => this.line(text),
    };
    this.#sms = new SmsProvider({
      ...provider,
      draw: this.#seed.fork('sms'),
      suspended: () => this.#suspended,
    });
    this.#email = new EmailProvider({ ...provider, draw: this.#seed.fork('email') });
    this.#phones = new Phones({
      time,
      draw: this.#seed.fork('phones'),
      profile: this.profile,
      helpful: () => this.#healed,
      trueWallMs: () => this.#trueWallMs(),
      reply: (input) => this.#untilAccepted(input),
      optOut: (address) => this.#dead.add(address),
      line: (text) => this.line(text),
    });
    this.traffic = new Traffic({
      time,
      draw: this.#seed.fork('traffic'),
      profile: this.profile,
      accept: (inputs) => this.#accept(inputs),
      lineageOf: (number) => disk.names.get(number) ?? null,
      highestNumber: () => Math.max(0, ...disk.incidents.keys()),
    });
  }

  /** The first process, and everything that will befall it. */
  begin(): void {
    const draw = this.#seed.fork('fate');
    const { faults, activeMs } = this.profile;
    this.line(
      `faults: ${this.profile.faultNames.join(', ') || 'none'}; roster ${JSON.stringify(this.roster)}`,
    );
    for (const { contacts } of this.roster.people)
      for (const { address } of contacts) if (draw.chance(faults.deadAddress)) this.#dead.add(address);
    const during = (run: (on: boolean) => void, forMs: number): void => {
      const fromMs = draw.int(0, activeMs);
      this.time.schedule(fromMs, () => run(true));
      this.time.schedule(Math.min(activeMs, fromMs + forMs), () => run(false));
    };
    if (faults.fullForMs > 0) during((on) => this.#setFull(on), faults.fullForMs);
    if (faults.suspendedForMs > 0) during((on) => this.#setSuspended(on), faults.suspendedForMs);
    if (faults.clockJumps) {
      const jumpMs = draw.chance(0.5) ? HOUR_MS : -HOUR_MS;
      during((on) => this.#jump(on ? jumpMs : 0), draw.int(5, 200) * 1_000);
    }
    this.#repeatedly(draw, faults.crashEveryMs, () => this.#crash('at any moment'));
    this.#repeatedly(draw, faults.restartEveryMs, () => this.#restart());
    this.#start();
    this.traffic.plan();
  }

  /** No fault from here on; people answer; a process that started under a wrong clock is started again. */
  heal(): void {
    this.line('--- faults stop');
    this.#healed = true;
    this.#full = false;
    this.#suspended = false;
    this.#wallOffsetMs = 0;
    if (this.wallSuspect || this.#seed.fork('heal').chance(0.3))
      this.#crash('started again after the faults');
  }

  /** The next process on the same disk. */
  reincarnate(): void {
    this.#crash('to do everything again');
  }

  fail(invariant: string, text: string): void {
    // What follows from the first is of no interest.
    if (this.time.halted) return;
    this.failures.push({ invariant, text });
    this.line(`FAILED ${invariant}: ${text}`);
    this.time.halt();
  }

  line(text: string): void {
    const line = `${(this.time.nowMs / 1_000).toFixed(3).padStart(10)} ${text}`;
    this.lines.push(line);
    if (this.lines.length > 400) this.lines.splice(0, 200);
    this.#print?.(line);
  }

  /** Whether this person could be reached at all. */
  reachable(): boolean {
    return this.roster.people.some((person) =>
      person.contacts.some((one) => one.disabled === undefined && !this.#dead.has(one.address)),
    );
  }

  #start(): void {
    if (this.time.halted) return;
    this.#hosts += 1;
    const name = `h${this.#hosts}`;
    if (this.#wallOffsetMs !== 0) this.wallSuspect = true;
    const draw = this.#seed.fork(name);
    const running: Running = { dead: false, host: this.#host(name, draw, () => running) };
    this.#running = running;
    this.line(`${name} starts`);
    running.host.start().then(
      () => this.line(`${name} is up`),
      (error: unknown) => {
        if (running === this.#running && !running.dead) this.#crash(`it could not come up: ${String(error)}`);
      },
    );
  }

  #host(name: string, draw: Prng, running: () => Running): Host {
    const { time, disk } = this;
    const dead = (): boolean => running().dead;
    const wallMs = (): number => this.#trueWallMs() + this.#wallOffsetMs;
    const memory = new MemoryStore({ nowMs: () => this.#trueWallMs(), disk });
    const store = new SimStore({
      inner: this.#mutation.disk?.(memory) ?? memory,
      time,
      draw: draw.fork('store'),
      faults: () => this.#faults(),
      full: () => this.#full,
      dead,
      crash: (why) => this.#crash(why),
      onCommit: (change, sentAtMs) => {
        if (this.#print !== null) for (const line of narrate(change)) this.line(line);
        this.checks.onCommit(change, sentAtMs);
      },
      line: (text) => this.line(text),
    });
    const transports = [this.#sms.transport({ dead }), this.#email.transport({ dead })];
    return new Host({
      name,
      draw,
      time,
      clock: new SimClock({ time, wallMs, dead }),
      store: this.#mutation.store?.(store) ?? store,
      roster: () => this.roster,
      disable: (person, channel, address, why) => this.#disable(person, channel, address, why),
      transports: transports.map((one) => this.#mutation.transport?.(one) ?? one),
      answerable: new Set<Channel>(['sms', 'email']),
      dead,
      poison: (error) => this.fail('rule 15', `an input was given up: ${String(error)}`),
      log: (text) => this.line(text),
    });
  }

  #crash(why: string): void {
    const running = this.#running;
    if (running === null || running.dead) return;
    running.dead = true;
    this.#running = null;
    this.line(`CRASH ${why}`);
    this.checks.atCrash();
    this.time.schedule(this.#seed.fork(`down ${this.#hosts}`).int(200, 20_000), () => this.#start());
  }

  /** A restart by hand: what doesn't end in time is killed. */
  #restart(): void {
    const running = this.#running;
    if (running === null || !running.host.up) return;
    this.line('stopping by hand');
    const gone = (): void => {
      if (this.#running === running) this.#crash('stopped');
    };
    void running.host.stop().then(gone);
    this.time.schedule(30_000, gone);
  }

  #accept(inputs: NewInput[]): Promise<boolean> {
    const running = this.#running;
    if (running === null) return Promise.resolve(false);
    const answered = running.host.accept(inputs).then(
      (rows) => {
        for (const row of rows) {
          this.accepted.add(row.id);
          this.line(`accepted ${row.id}: ${JSON.stringify(row.input).slice(0, 160)}`);
        }
        return true;
      },
      () => false,
    );
    const late = new Promise<boolean>((resolve) => {
      this.time.schedule(10_000, () => resolve(false));
    });
    return Promise.race([answered, late]);
  }

  #untilAccepted(input: NewInput): void {
    void this.#accept([input]).then((accepted) => {
      if (!accepted) this.time.schedule(5_000, () => this.#untilAccepted(input));
    });
  }

  #disable(person: string, channel: Channel, address: string, why: string): void {
    this.line(`roster: ${channel} of ${person} is switched off: ${why}`);
    this.roster = {
      ...this.roster,
      version: this.roster.version + 1,
      people: this.roster.people.map((one) =>
        one.id === person
          ? {
              ...one,
              contacts: one.contacts.map((contact) =>
                contact.channel === channel && contact.address === address
                  ? { ...contact, disabled: why }
                  : contact,
              ),
            }
          : one,
      ),
    };
  }

  #repeatedly(draw: Prng, everyMs: number, run: () => void): void {
    if (everyMs === 0) return;
    this.time.schedule(everyMs * (0.3 + draw.next() * 1.4), () => {
      if (this.#healed) return;
      run();
      this.#repeatedly(draw, everyMs, run);
    });
  }

  #levels(service: string): number[] {
    const policy = this.roster.services.find((one) => one.id === service)?.policy;
    return this.roster.policies.find((one) => one.id === policy)?.levels.map((one) => one.afterMs) ?? [];
  }

  #setFull(on: boolean): void {
    this.#full = on && !this.#healed;
    this.line(on ? 'FAULT the disk is full' : 'the disk has space again');
  }

  #setSuspended(on: boolean): void {
    this.#suspended = on && !this.#healed;
    this.line(on ? 'FAULT the account is suspended' : 'the account works again');
  }

  #jump(offsetMs: number): void {
    if (this.#healed) return;
    this.#wallOffsetMs = offsetMs;
    this.line(`FAULT wall time is off by ${offsetMs} ms`);
  }

  #faults(): Faults {
    return this.#healed ? NO_FAULTS : this.profile.faults;
  }

  #trueWallMs(): number {
    return START_MS + Math.floor(this.time.nowMs);
  }
}
