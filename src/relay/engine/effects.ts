/**
 * What machines ask for, as data, and what they are fed. Types only: the pure machines import them.
 * An effect stays in its aggregate's committed envelope until the work rows behind it are done.
 */
import type {
  AlertEvent,
  Channel,
  NoticeText,
  Order,
  Receipt,
  ReplyAuth,
  ReplyCommand,
  Severity,
  Stamp,
} from '../events/types.ts';
import type { SendOutcome, SettleOutcome } from '../messaging/port.ts';
import type { MessageRow } from '../notifications/rows.ts';
import type { IncidentEntry, Row, WorkId } from '../store/port.ts';

/** An incident's request that a responder be told. Ordered within its incident by `counter` (rule 2). */
export interface Ask {
  number: number;
  counter: number;
  lineage: string;
  service: string;
  severity: Severity;
  summary: string;
  details?: string;
  openedAtMs: number;
  level: number;
  /** The opening's ask: its claim needs no look at the incident first (rule 10). */
  first: boolean;
  /** Nobody is left after this one: doubt may be repeated once, marked (rule 8). */
  last: boolean;
}

/** What a host did on its own about the incident that an event opened there, while it had no quorum (rule 13). */
export interface DegradedNote {
  host: string;
  /** The number that the incident had there, and under which people were told of it. */
  number: number;
  /** Resolved only when a person did it: a resolve by the monitor is an event of its own. */
  status: 'triggered' | 'acknowledged' | 'resolved';
  answeredBy: string | null;
  /** When it was acknowledged or resolved there: no answer to an incident that was opened later (rule 4). */
  answeredAtMs: number | null;
  /** The acceptance of that answer: what was accepted before it doesn't undo it (rule 4). Absent where nobody knows. */
  answered?: Stamp;
  /** Where escalation had come to, and when that level was told. */
  level: number;
  round: number;
  catchAll: boolean;
  toldAtMs: number;
  rosterVersion: number;
  /** People a message has gone to, or may have. */
  told: string[];
  /** Those messages as they ended; one whose end nobody knows is `unknown`. Their members carry `number`. */
  messages: MessageRow[];
}

/** From one aggregate to another. `id` is the receiver's input id: taking it twice changes nothing. */
export type Handover =
  | { kind: 'tell'; id: string; person: string; ask: Ask }
  | { kind: 'cancel'; id: string; person: string; number: number; counter: number; why: string }
  | {
      kind: 'act';
      id: string;
      lineage: string;
      number: number;
      action: 'ack' | 'resolve' | 'escalate';
      person: string;
      channel: Channel;
      /** When the reply was accepted; older versions don't say. */
      stamp?: Stamp;
      /** With `ack`: until when. */
      snooze?: NonNullable<ReplyCommand['snooze']>;
      /** Not a reply over the channel, but on the page that its message leads to. */
      via?: 'link';
    }
  /** Every way to this person failed or is unknown for the ask. */
  | {
      kind: 'unreachable';
      id: string;
      lineage: string;
      number: number;
      counter: number;
      person: string;
      why: string;
    }
  /** Messages that a host sent this person on its own (rule 13): their codes are answered like any others. */
  | { kind: 'adopt'; id: string; person: string; messages: MessageRow[] }
  /** What a heartbeat says of its job: an event like a monitor's. */
  | { kind: 'event'; id: string; lineage: string; event: AlertEvent; stamp: Stamp }
  /** The incident's number leads to its lineage from now on; done by the chain, not by an aggregate. */
  | { kind: 'name'; id: string; number: number; lineage: string }
  /** The person opted out at the carrier: the contact method is to be disabled in the roster. */
  | {
      kind: 'disable';
      id: string;
      person: string;
      channel: Channel;
      address: string;
      why: string;
      atMs?: number;
    }
  /** The person wants texts again: the contact method is to be switched on in the roster, if it was off for that. */
  | { kind: 'enable'; id: string; person: string; channel: Channel; address: string; atMs: number }
  /** A valid code has come back from the contact method: the roster is to say so. */
  | { kind: 'verify'; id: string; person: string; channel: Channel; address: string; atMs: number };

/** A machine names its timers; setting a name again replaces it. The engine gives each setting an id of its own. */
export interface TimerSetting {
  name: string;
  atMs: number;
}

export interface Effects {
  handovers: Handover[];
  setTimers: TimerSetting[];
  cancelTimers: string[];
  /** Keyed rows to be written with the same commit; a later one with the same key replaces an earlier one. */
  rows: Row[];
  incidents: IncidentEntry[];
}

export interface StepResult<State> {
  state: State;
  effects: Effects;
  /** Why, in words. */
  reason: string;
}

/** What a lineage consumes. */
export type LineageInput =
  /** `row`: where the journal has it, with what came over the wire; older versions don't say. */
  | { kind: 'event'; event: AlertEvent; stamp: Stamp; row?: WorkId }
  /**
   * An event that a host paged about on its own, taken instead of the event. `again`: it comes a second time, or the
   * event itself was taken long ago; then only the note counts.
   */
  | { kind: 'degraded'; event: AlertEvent; stamp: Stamp; note: DegradedNote; again?: true; row?: WorkId }
  | { kind: 'command'; action: 'ack' | 'resolve'; number: number; actor: string; stamp: Stamp }
  | { kind: 'order'; order: Order; number: number; actor: string; stamp: Stamp }
  | Extract<Handover, { kind: 'act' | 'unreachable' }>
  | { kind: 'timer'; name: string };

/** What a responder consumes. */
export type ResponderInput =
  | (Extract<Handover, { kind: 'tell' }> & {
      /** Until then, on this process' monotonic clock, a first ask may be claimed without a look at its incident. */
      freshUntilMonoMs: number;
    })
  | Extract<Handover, { kind: 'cancel' | 'adopt' }>
  | {
      kind: 'reply';
      id: string;
      channel: Channel;
      contact: string;
      command: ReplyCommand;
      text: string;
      sentAtMs: number;
      auth?: ReplyAuth;
      /** When it was accepted. */
      stamp?: Stamp;
      via?: 'link';
    }
  | { kind: 'receipt'; id: string; code: number; receipt: Receipt }
  | { kind: 'test'; id: string; actor: string }
  | ({ kind: 'notice'; id: string } & NoticeText)
  | { kind: 'timer'; name: string }
  /** What became of the one provider call of a claim. */
  | { kind: 'outcome'; code: number; attempt: number; outcome: SendOutcome }
  | { kind: 'settled'; code: number; attempt: number; result: SettleOutcome }
  /** The engine read the incidents that waiting asks are about: claim what is still wanted (rule 10). */
  | { kind: 'go' };
