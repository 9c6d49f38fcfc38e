/** What the daemon, or the simulation, hands the engine. Types only. */
import type { Channel } from '../events/types.ts';
import type { Outgoing, Transport } from '../messaging/port.ts';
import type { Duty, DutyQuestion, Roster } from '../oncall/types.ts';
import type { Change, JournalRow, Store, WorkId } from '../store/port.ts';
import type { DegradedNote, Handover } from './effects.ts';
import type { Membership } from './membership.ts';
import type { Peers } from '../peers/port.ts';
import type { Target } from './targets.ts';
import type { TransportHealth } from './transport-health.ts';
import type { Clock, Ids, Log, Problems } from './ports.ts';

export interface EngineParts {
  store: Store;
  clock: Clock;
  ids: Ids;
  log: Log;
  problems: Problems;
  /** The engine's time, from SteadyClock. */
  nowMs(): number;
  roster(): Roster;
  /**
   * Reads the roster if what is held may be too old to decide by, or is older than a version (rule 16); null or absent:
   * it isn't.
   */
  freshRoster?(version: number): Promise<void> | null;
  /** The other hosts; absent: there are none. */
  membership?: Membership;
  /** Whether this host's clock is right; absent: it is (rule 4). */
  trusted?(): boolean;
  /** Whether a living host runs another version: what this one doesn't know is left for it. Absent: none does. */
  mixedVersions?(): boolean;
  /** Calls to them. */
  peers?: Peers;
  /** What the row asks has been handed on to everybody: pages are claimed, or wait as rows. */
  onCarried?(row: WorkId): void;
  /** The row's whole chain is done. */
  onDone?(row: WorkId): void;
  /** What this host did on its own about what the row asks of the target (rule 13); null or absent: nothing. */
  noteOf?(row: JournalRow, target: Target): DegradedNote | null;
  /** Who is to be told, from oncall: pure. */
  duty(service: string, atMs: number, asked: DutyQuestion): Duty;
  /** By channel, in the order in which they are tried. Looked at anew for each call: a reload of the configuration may change it. */
  transports: ReadonlyMap<Channel, readonly Transport[]>;
  /** How their providers do, for all engines of a process alike; absent: this engine's own. */
  health?: TransportHealth;
  /** Channels over which people can answer here. */
  answerable: ReadonlySet<Channel>;
  /** Messages about incidents that one contact gets: so many at once, then one in so long. */
  pace: { atOnce: number; everyMs: number };
  /** IANA zone of the hours of people who have none. */
  zone: string;
  /** Switches a contact method off in the roster; idempotent. */
  disable(handover: Extract<Handover, { kind: 'disable' }>): Promise<void>;
  /** Switches one on again; idempotent. Absent: nobody keeps that. */
  enable?(handover: Extract<Handover, { kind: 'enable' }>): Promise<void>;
  /** Says in the roster that a contact method is verified; idempotent. Absent: nobody keeps that. */
  verify?(handover: Extract<Handover, { kind: 'verify' }>): Promise<void>;
  /** Opens an incident about an input that could not be taken three times (rule 15). */
  poison(row: WorkId, error: unknown): Promise<void>;
  /** Told of every commit but a canary's. */
  onCommit(change: Pick<Change, 'rows' | 'incidents'>, nowMs: number): void;
  /** Told when a provider call starts. */
  onCall?(message: Outgoing): void;
  /** Told when it has ended, whatever the provider said or didn't. */
  onAnswer?(message: Outgoing): void;
  /** Gives a message's link by its id (ResponderContext.linkOf), asked anew for each step; absent: there are none. */
  answerLinks?(): ((messageId: string) => string) | null;
  /** This engine pages without a quorum: the host's name, and the first code of its responders (codes.ts). */
  degraded?: { host: string; firstCode: number };
  /** How long done rows and closed lineages are kept, in days. */
  retentionDays?: number;
}
