/** Where relay runs in a life: one process after another on one machine, or several machines over one store. */
import type { Accept, NewInput } from '../../src/relay/events/accept.ts';
import type { Spool } from '../../src/relay/events/spool/port.ts';
import type { AlertEvent, Channel } from '../../src/relay/events/types.ts';
import type { Transport } from '../../src/relay/messaging/port.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { Beats } from '../../src/relay/engine/membership.ts';
import type { PeerMethods } from '../../src/relay/peers/port.ts';
import type { Taken } from '../../src/relay/engine/lane-parts.ts';
import type { JournalRow, Store, WorkId } from '../../src/relay/store/port.ts';
import type { DegradedParts } from '../../src/relay/engine/degraded/degraded-parts.ts';
import type { AloneFile } from './alone-files.ts';
import type { RosterChange } from './edits.ts';
import type { EngineParts } from '../../src/relay/engine/engine-parts.ts';
import type { CommitChecks } from './commit-checks.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { MemoryStore } from './memory-store.ts';
import type { Prng } from './prng.ts';
import type { Process } from './process.ts';
import type { Faults } from './profile.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Hosts {
  /** Plans what will befall them, and starts them. */
  begin(draw: Prng, plan: Plan): void;
  /** One try of a sender; null when nobody listens. */
  accept(inputs: NewInput[]): Promise<JournalRow[]> | null;
  /** An edit of the roster on one of the hosts; null when nobody listens. */
  edit(change: RosterChange): Promise<Roster> | null;
  roster(): Roster;
  /**
   * Whether an accepted row need not be in the journal: it was on one disk only, and that is gone for ever (rule 12), or
   * it is an answer that a host alone has carried through (rule 13).
   */
  mayBeMissing(id: WorkId): boolean;
  /** Whether that machine will never be there again. */
  isGone(host: string): boolean;
  /** No fault from here on. */
  heal(): void;
  /** Every process dies, and another follows. */
  reincarnate(): void;
}

export interface Plan {
  /** Has something hold for so long, once, in the active time. */
  during(run: (on: boolean) => void, forMs: number): void;
  /** The provider's own trouble. */
  suspension(): void;
}

/** Wraps what a process is given, to see that the simulation notices. */
export interface Mutation {
  store?(store: Store): Store;
  /** Below the simulated faults: what the disk itself does. */
  disk?(disk: MemoryStore): MemoryStore;
  transport?(transport: Transport): Transport;
  beats?(beats: Beats): Beats;
  /** Who is on call; `roster`: what the process holds of it. */
  duty?(duty: EngineParts['duty'], roster: () => Roster): EngineParts['duty'];
  spool?(spool: Spool): Spool;
  /** What an event becomes at the door. */
  grouped?(grouped: (event: AlertEvent) => AlertEvent): (event: AlertEvent) => AlertEvent;
  /** How another host's input is taken. */
  take?(take: TakeOver): TakeOver;
  /** How what follows from a handoff is accepted. */
  handing?(accept: Accept): Accept;
  /** What paging without a quorum is given. */
  alone?(parts: DegradedParts): DegradedParts;
}

export type TakeOver = (request: PeerMethods['take']['request']) => Promise<Taken>;

/** What the world gives to whoever runs processes in it. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly disk: MemoryDisk;
  readonly seed: Prng;
  readonly mutation: Mutation;
  readonly checks: CommitChecks;
  /** Checks for a file that a host pages alone from. */
  aloneFile(file: Omit<AloneFile, 'checks'>): AloneFile;
  /** Whether its sender was told yes. */
  isAccepted(id: WorkId): boolean;
  /** Whether this is an answer that a host without a quorum has carried through. */
  carriedAlone(id: WorkId): boolean;
  /** Nothing of any kind goes wrong in this life. */
  readonly faultless: boolean;
  /** Whether somebody reads along. */
  readonly told: boolean;
  faults(): Faults;
  healed(): boolean;
  trueWallMs(): number;
  transports(caller: Process): Transport[];
  answerable: ReadonlySet<Channel>;
  pace: EngineParts['pace'];
  zone: string;
  /** A commit met another's. */
  onConflict(): void;
  /** From here on nothing can be said about delays (rule 4). */
  suspectWall(): void;
  line(text: string): void;
  fail(invariant: string, text: string): void;
}

/** Again and again, about this often, until the faults stop; 0: never. */
export function repeatedly(world: Surroundings, draw: Prng, everyMs: number, run: () => void): void {
  if (everyMs === 0) return;
  world.time.schedule(everyMs * (0.3 + draw.next() * 1.4), () => {
    if (world.healed()) return;
    run();
    repeatedly(world, draw, everyMs, run);
  });
}
