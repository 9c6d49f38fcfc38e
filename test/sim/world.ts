/** One life: what is kept, the providers, the people, the monitors, and the processes among them. */
import type { NewInput } from '../../src/relay/events/accept.ts';
import type { Channel } from '../../src/relay/events/types.ts';
import { Cluster } from './cluster.ts';
import { drawClusterProfile, type ClusterProfile } from './cluster-profile.ts';
import { anyReachable, befallAddresses } from './addresses.ts';
import { AloneCheck } from './alone-check.ts';
import type { AloneFile } from './alone-files.ts';
import { CommitChecks, type CheckParts } from './commit-checks.ts';
import type { Hosts, Mutation, Surroundings } from './hosts.ts';
import { Ledger } from './ledger.ts';
import { LedgerCheck } from './ledger-check.ts';
import { emptyDisk, type MemoryDisk } from './memory-disk.ts';
import { OneHost } from './one-host.ts';
import type { Stamps } from './order-check.ts';
import { Carriers } from './carriers.ts';
import { Phones } from './phones.ts';
import { Heartbeats } from './heartbeats.ts';
import { Edits, type RosterChange } from './edits.ts';
import { Prng } from './prng.ts';
import { NO_FAULTS, drawProfile, type Faults, type Profile } from './profile.ts';
import { Versions } from './roster-disk.ts';
import { EmailProvider } from './sim-email.ts';
import { Lines } from './sim-calls.ts';
import { SmsProvider } from './sim-sms.ts';
import { Traffic } from './traffic.ts';
import { VirtualTime } from './virtual-time.ts';
import { WaitWatch } from './wait-watch.ts';

export interface Failure {
  invariant: string;
  text: string;
}

/** One process after another on one machine, or two to five machines over one store. */
export type LifeKind = 'one' | 'cluster';

export interface WorldOptions {
  kind: LifeKind;
  mutation: Mutation;
  print: ((line: string) => void) | null;
  /** Instead of what the seed draws for a cluster. */
  profile?: ClusterProfile;
}

export class World {
  readonly time = new VirtualTime();
  readonly profile: Profile;
  readonly disk: MemoryDisk = emptyDisk();
  readonly failures: Failure[] = [];
  readonly lines: string[] = [];
  readonly ledger: Ledger;
  readonly checks: CommitChecks;
  readonly alone: AloneCheck;
  readonly accepted = new Set<string>();
  /** Commits that another's had come before. */
  conflicts = 0;
  readonly traffic: Traffic;
  readonly #edits: Edits;
  readonly heartbeats: Heartbeats;
  /** A process started while its wall clock was an hour off: nothing can be said about its delays (rule 4). */
  wallSuspect = false;
  readonly #seed: Prng;
  readonly #checkParts: CheckParts;
  readonly #mutation: Mutation;
  readonly #print: ((line: string) => void) | null;
  readonly #phones: Phones;
  readonly #carriers: Carriers;
  /** In the order in which they are tried. */
  readonly #sms: SmsProvider[];
  readonly #lines: Lines;
  readonly #voice: SmsProvider;
  readonly #email: EmailProvider;
  readonly #addresses = {
    dead: new Set<string>(),
    /** Numbers that can't be called. */
    deadLines: new Set<string>(),
    /** Numbers that the first SMS provider doesn't reach. */
    unknownToFirst: new Set<string>(),
  };
  readonly #hosts: Hosts;
  #healed = false;
  #suspended = false;

  constructor(seed: number, options: WorldOptions) {
    const { kind } = options;
    this.#seed = new Prng(kind === 'one' ? `life ${seed}` : `cluster ${seed}`);
    this.#mutation = options.mutation;
    this.#print = options.print;
    const clustered = kind === 'cluster' ? (options.profile ?? drawClusterProfile(this.#seed)) : null;
    this.profile = clustered ?? drawProfile(this.#seed);
    const fail = (invariant: string, text: string): void => this.fail(invariant, text);
    const { disk, time } = this;
    const stamps: Stamps = new Map();
    this.alone = new AloneCheck({
      disk,
      fail,
      nowMs: () => time.nowMs,
      sentAt: (messageId) => this.ledger.byMessage.get(messageId) ?? null,
      wallSuspect: () => this.wallSuspect,
      stampedAtMs: (host, seq) => stamps.get(`${host} ${seq}`)?.trulyMs ?? null,
    });
    const { alone } = this;
    const ledgerCheck = new LedgerCheck({ disk, alone, ledger: () => this.ledger, fail });
    this.ledger = new Ledger((taken, message) => {
      this.line(
        `${taken.channel} ${taken.messageId} taken as ${taken.providerId} for ${taken.to}: ${taken.body.slice(0, 90)}`,
      );
      ledgerCheck.onTaken(taken, message);
      (alone.fileOf(taken.code)?.checks ?? this.checks).onTaken(taken);
      alone.onTaken(taken, message);
      this.#lines.seen(taken.code);
      if (taken.channel === 'voice') this.#lines.rings(taken);
      if (this.#carriers.carries(taken)) this.#phones.receives(taken);
    }, fail);
    this.#checkParts = {
      onHeartbeat: (change) => this.heartbeats.onCommit(change),
      disk,
      alone,
      file: null,
      stamps,
      fail,
      nowMs: () => time.nowMs,
      trueWallMs: () => this.#trueWallMs(),
      zone: this.profile.zone,
      faultless: this.profile.faultNames.length === 0,
      sentAt: (messageId) => this.ledger.byMessage.get(messageId) ?? null,
      wallSuspect: () => this.wallSuspect,
      versions: new Versions(disk),
    };
    this.checks = new CommitChecks(this.#checkParts);
    this.#carriers = new Carriers({
      time,
      draw: this.#seed.fork('carriers'),
      plan: this.profile.carriers,
      healed: () => this.#healed,
      accept: (input) => this.#untilAccepted(input),
      line: (text) => this.line(text),
    });
    const provider = {
      time,
      carriers: this.#carriers,
      ledger: this.ledger,
      faults: () => this.#faults(),
      trueWallMs: () => this.#trueWallMs(),
      dead: this.#addresses.dead,
      line: (text: string) => this.line(text),
      fail,
    };
    const { second } = this.profile;
    const first = new SmsProvider({
      ...provider,
      name: 'sms-1',
      takesOnce: second?.takesOnce.includes('sms-1') === true,
      draw: this.#seed.fork('sms'),
      suspended: () => this.#suspended,
      knows: (to) => !this.#addresses.unknownToFirst.has(to),
    });
    const other = new SmsProvider({
      ...provider,
      name: 'sms-2',
      takesOnce: second?.takesOnce.includes('sms-2') === true,
      draw: this.#seed.fork('sms-2'),
      suspended: () => this.#suspended && second?.sharedTrouble === true,
      knows: () => true,
    });
    this.#sms = second === null ? [first] : [first, other];
    const people = {
      time,
      profile: this.profile,
      helpful: () => this.#healed,
      trueWallMs: () => this.#trueWallMs(),
      reply: (input: NewInput) => this.#untilAccepted(input),
      line: (text: string) => this.line(text),
    };
    this.#lines = new Lines({ ...people, draw: this.#seed.fork('lines') });
    this.#voice = new SmsProvider({
      ...provider,
      name: 'voice',
      channel: 'voice',
      takesOnce: false,
      draw: this.#seed.fork('voice'),
      carriers: this.#lines,
      suspended: () => this.#suspended,
      knows: () => true,
      dead: this.#addresses.deadLines,
    });
    this.#email = new EmailProvider({ ...provider, draw: this.#seed.fork('email') });
    this.#phones = new Phones({
      ...people,
      draw: this.#seed.fork('phones'),
      lineageOf: (number) => disk.names.get(number) ?? null,
      optOut: (address) => this.#addresses.dead.add(address),
    });
    this.traffic = new Traffic({
      time,
      draw: this.#seed.fork('traffic'),
      profile: this.profile,
      accept: (inputs) => this.#accept(inputs),
      lineageOf: (number) => disk.names.get(number) ?? null,
      highestNumber: () => Math.max(0, ...disk.incidents.keys()),
      roster: () => this.#hosts.roster(),
      trueWallMs: () => this.#trueWallMs(),
    });
    this.#edits = new Edits({
      time,
      draw: this.#seed.fork('edits'),
      profile: this.profile,
      trueWallMs: () => this.#trueWallMs(),
      edit: (what, change) => this.#edit(what, change),
    });
    this.heartbeats = new Heartbeats(this, this.#seed.fork('heartbeats'), {
      roster: () => this.#hosts.roster(),
      accept: (inputs) => this.#accept(inputs),
      edit: (what, change) => this.#edit(what, change),
    });
    const surroundings = this.#surroundings();
    const { roster } = this.profile;
    this.#hosts =
      clustered === null
        ? new OneHost(surroundings, roster)
        : new Cluster(surroundings, clustered.cluster, roster);
  }

  /** What became of a text; null: nobody will ever say. */
  fateOf(providerId: string): 'delivered' | 'failed' | null {
    return this.#carriers.fateOf(providerId) ?? this.#lines.fateOf(providerId);
  }

  /** The processes start, and everything that will befall them is planned. */
  begin(): void {
    const draw = this.#seed.fork('fate');
    const { faults, activeMs } = this.profile;
    this.line(
      `faults: ${this.profile.faultNames.join(', ') || 'none'}; roster ${JSON.stringify(this.profile.roster)}`,
    );
    befallAddresses(this.profile, draw, this.#seed.fork('unknown-to-first'), this.#addresses);
    const during = (run: (on: boolean) => void, forMs: number): void => {
      const fromMs = draw.int(0, activeMs);
      this.time.schedule(fromMs, () => run(true));
      this.time.schedule(Math.min(activeMs, fromMs + forMs), () => run(false));
    };
    const suspension = (): void => {
      if (faults.suspendedForMs > 0) during((on) => this.#setSuspended(on), faults.suspendedForMs);
    };
    this.#hosts.begin(draw, { during, suspension });
    this.traffic.plan();
    this.#edits.plan();
    this.heartbeats.begin();
    new WaitWatch({
      time: this.time,
      disk: this.disk,
      trueWallMs: () => this.#trueWallMs(),
      wallSuspect: () => this.wallSuspect,
      faultless: this.profile.faultNames.length === 0,
      healed: () => this.#healed,
      fail: (invariant, text) => this.fail(invariant, text),
    }).begin();
  }

  /** No fault from here on; people answer; a process that started under a wrong clock is started again. */
  heal(): void {
    this.line('--- faults stop');
    this.#healed = true;
    this.#suspended = false;
    this.#hosts.heal();
  }

  /** The next processes over what is kept. */
  reincarnate(): void {
    this.#hosts.reincarnate();
  }

  /** Whether an accepted row may be missing in the end. */
  readonly mayBeMissing = (id: string): boolean => this.#hosts.mayBeMissing(id);

  readonly isGone = (host: string): boolean => this.#hosts.isGone(host);

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

  /** For how long a time by the wall clock has been over; negative: it is still to come. */
  overdueMs(atMs: number): number {
    return this.#trueWallMs() - atMs;
  }

  /** Whether anybody could be reached at all. */
  reachable(): boolean {
    return anyReachable(this.#hosts.roster(), this.#addresses);
  }

  #surroundings(): Surroundings {
    const { time, disk, checks, alone } = this;
    return {
      time,
      disk,
      checks,
      aloneFile: (made) => this.#aloneFile(made),
      isAccepted: (id) => this.accepted.has(id),
      carriedAlone: (id) => alone.carried(id),
      seed: this.#seed,
      mutation: this.#mutation,
      faultless: this.profile.faultNames.length === 0,
      told: this.#print !== null,
      faults: () => this.#faults(),
      healed: () => this.#healed,
      trueWallMs: () => this.#trueWallMs(),
      transports: (caller) =>
        [...this.#sms, this.#voice, this.#email]
          .map((provider) => provider.transport(caller))
          .map((one) => this.#mutation.transport?.(one) ?? one),
      answerable: new Set<Channel>(['sms', 'voice', 'email']),
      pace: this.profile.pace,
      zone: this.profile.zone,
      onConflict: () => {
        this.conflicts += 1;
      },
      suspectWall: () => {
        this.wallSuspect = true;
      },
      line: (text) => this.line(text),
      fail: (invariant, text) => this.fail(invariant, text),
    };
  }

  #aloneFile({ host, first, disk }: Omit<AloneFile, 'checks'>): AloneFile {
    const parts: CheckParts = { ...this.#checkParts, disk };
    const file: AloneFile = { host, first, disk, checks: new CommitChecks(parts) };
    parts.file = file;
    this.alone.files.push(file);
    return file;
  }

  #accept(inputs: NewInput[]): Promise<boolean> {
    const asked = this.#hosts.accept(inputs);
    if (asked === null) return Promise.resolve(false);
    const answered = asked.then(
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

  /** One try: who edits sees what became of it, or not. */
  #edit(what: string, change: RosterChange): void {
    const asked = this.#hosts.edit(change);
    this.line(`edit: ${what}${asked === null ? ', and nobody listens' : ''}`);
    void asked?.then(
      ({ version }) => {
        this.line(`edited: ${what}, version ${version}`);
        this.traffic.afterEdit();
      },
      (error: unknown) => this.line(`not edited: ${what}: ${String(error)}`),
    );
  }

  #untilAccepted(input: NewInput): void {
    void this.#accept([input]).then((accepted) => {
      if (!accepted) this.time.schedule(5_000, () => this.#untilAccepted(input));
    });
  }

  #setSuspended(on: boolean): void {
    this.#suspended = on && !this.#healed;
    this.line(on ? 'FAULT the account is suspended' : 'the account works again');
  }

  #faults(): Faults {
    return this.#healed ? NO_FAULTS : this.profile.faults;
  }

  #trueWallMs(): number {
    return this.profile.startMs + Math.floor(this.time.nowMs);
  }
}
