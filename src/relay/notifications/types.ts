/** The state of a responder: what is still to be told to one person, and the messages under way. Types only. */
import type { Ask, Handover } from '../engine/effects.ts';
import type { Channel, Severity } from '../events/types.ts';
import type { Person } from '../oncall/types.ts';
import type { MessageRow } from './rows.ts';

/** One way an ask is to reach the person. */
export interface Way {
  channel: Channel;
  address: string;
  /**
   * waiting: not yet in a message; sending: in one that is under way; accepted: with the provider, who may still say
   * what became of it; the rest is how it ended.
   */
  status: 'waiting' | 'sending' | 'accepted' | 'delivered' | 'failed' | 'unknown';
  /** With status waiting: not before this; absent: at once. */
  atMs?: number;
  /** The message that it is told by, or was last. */
  code?: number;
  /** With status unknown: the provider that can't tell; the marked repeat takes another (rule 8). */
  doubted?: string;
}

/** A provider that is proven not to have sent a message, and why: it concerns the message, its account, or the moment. */
export interface NotSent {
  provider: string;
  why: 'for good' | 'account' | 'for now';
}

/** One provider of a channel, as claims see it. */
export interface Provider {
  name: string;
  /** 0: its doubt can't be settled. */
  settleMs: number;
  /** It says later what became of a message. */
  hasReceipts: boolean;
  /** False while it takes no pages: the others come first. */
  healthy: boolean;
  /** It has had what it may be given for now: the others come first. */
  full?: true;
}

/** An ask this responder has taken and whose outcome isn't known yet. */
export interface Tell {
  ask: Ask;
  ways: Way[];
  /** It was in doubt everywhere and nobody else was left: told once more, marked (rule 8). */
  repeated: boolean;
  /** The notification rule and quiet hours by which its ways have their times, in words; absent: there were none. */
  why?: string;
}

/**
 * Asks of one severity that came when there was no room to tell each by itself: rows of the queue, told together. One
 * way, one message, however many they are; none is dropped (S12).
 */
export interface Pack {
  /** The index of its first ask in the queue: its name. Asks of other severities lie between its own. */
  from: number;
  /** Up to but not including this one; grows until a message tells of it. */
  to: number;
  severity: Severity;
  /** So many are still to be told, as last counted. */
  count: number;
  /** The first of them, which texts name. */
  shown: Shown[];
  /** How many on which service; the first few. */
  services: { name: string; count: number }[];
  ways: Way[];
  repeated: boolean;
  /** Nobody is left after one of them (rule 8). */
  last: boolean;
  /** A message has told of it: what comes later is another pack's. */
  closed: boolean;
  /** When all its incidents had been looked at, but for those that came since; null: not yet. */
  lookedAtMs: number | null;
  /** A look under way, what it has found up to `at` and what came since it began, and how far it goes. */
  look: { at: number; to?: number; count: number; shown: Shown[]; services: Pack['services'] } | null;
}

/** What is kept of an ask in a pack. */
export type Shown = Pick<
  Ask,
  'number' | 'counter' | 'lineage' | 'service' | 'severity' | 'summary' | 'openedAtMs'
>;

/** What an answer asks of an incident, whichever it is. */
export type Act = Omit<Extract<Handover, { kind: 'act' }>, 'kind' | 'id' | 'lineage' | 'number'>;

/** Something to be done for each ask of a pack, some at a time. */
export interface Errand {
  /** Names it; ids of what it hands over begin with this. */
  id: string;
  from: number;
  to: number;
  severity: Severity;
  /** The next index. */
  at: number;
  does:
    | { kind: 'unreachable'; why: string }
    | {
        kind: 'act';
        act: Act;
        /** Only of these services. */
        services?: string[];
        /** Incidents that were acted on already. */
        except: number[];
      };
}

/**
 * A message under way. A claim is one committed right to one provider call (rule 6).
 * claimed: called, or about to be. doubt: it may have been sent. settling: the provider is being asked.
 * retry: proven not sent, to be claimed again.
 */
export interface Message {
  status: 'claimed' | 'doubt' | 'settling' | 'retry';
  row: MessageRow;
  /** Counts claims of this message, from 1. */
  attempt: number;
  /** The commit that made the present claim: whoever committed it calls. */
  claimOp: string;
  /** With status retry: not before this. */
  retryAtMs: number;
  /** When it was claimed first; retries end some time after. */
  firstClaimedAtMs: number;
  /** How often the provider couldn't tell. */
  settles: number;
  mark: boolean;
  /** Providers that have had their turn with it; absent: none. */
  notSent?: NotSent[];
  /** It may have been sent already, by the one provider that takes each message once: only the same goes there again. */
  repeats?: true;
}

/** What relay has to tell a person besides pages, until it is known what became of it. */
export interface Notice {
  /** The input it came with. */
  id: string;
  /** A few words for timelines and logs: "handoff of rotation ops". */
  about: string;
  /** One line, for a text. */
  text: string;
  subject: string;
  /** For a mail, in place of `text`; gone once no further mail could need it. */
  details?: string;
  /** It stands for so many, which share a message, and names so many of them. */
  bundle?: { count: number; listed: number };
  /** Only this contact, which is to verify itself by an answer. */
  verify?: { channel: Channel; address: string };
  /** In doubt it goes the next way. */
  urgent?: true;
  /** Ways that it was claimed for, as `channel/address`. */
  tried: string[];
  /** The message under way; null while it waits. */
  code: number | null;
}

/** An accepted message that has no receipt yet. */
export interface Awaited {
  code: number;
  providerId: string;
  /** It is a call to that number, which may still be on the line. */
  called?: string;
  /** When the provider is asked next. */
  askAtMs: number;
  asked: number;
  /** The commit that said it is to be asked now. */
  op: string;
}

export interface ResponderState {
  person: string;
  /** The next message's code; ascending, never reused (rule 5). */
  nextCode: number;
  tells: Tell[];
  messages: Message[];
  /**
   * `tail`: the index of the next ask that becomes a row of a pack. `head` is the same; in what older versions wrote, the
   * first row that waited to be told by itself (brought-up.ts).
   */
  queue: { head: number; tail: number };
  /** Oldest first; absent while there are none. */
  packs?: Pack[];
  errands?: Errand[];
  /** When each contact would have had its messages at the usual pace: pace.ts. Absent while all have room. */
  pace?: { contact: string; dueMs: number }[];
  /** When the timer `later` is set for. */
  laterAtMs?: number;
  /** Messages with a provider whose word on what became of them is awaited; oldest first. */
  receipts?: Awaited[];
  /** The newest cancels, so that an ask that comes after its cancel is not taken (rule 2). Oldest first. */
  cancels: { number: number; counter: number }[];
  /** Answers of late that say only that a reply wasn't understood, oldest first; absent while there are none. */
  unclear?: { contact: string; atMs: number }[];
  /** Those under way, or waiting behind pages; absent while there are none. */
  notices?: Notice[];
}

/** What is known of an incident at the moment of the step. */
export interface Fact {
  status: 'triggered' | 'acknowledged' | 'resolved';
  /** Who acknowledged or resolved it, when known. */
  by: string | null;
  /** The newest ask that this person was given for it, where the incident still waits for that. */
  asked?: number;
  /** Of a group, whose members come and go: what it says now. */
  summary?: string;
}

/** What a reply is about, read before the step. */
export interface ReplyFacts {
  /** The message whose code the reply names; null when there is none. */
  named: MessageRow | null;
  /** Messages about incidents sent to the contact it came from, newest first. */
  recent: MessageRow[];
  /** There are older ones that were not read. */
  more: boolean;
  /** With a command that names no message: of each recent one that tells of packs, an incident that is open; null: none is. */
  packs: ReadonlyMap<number, Shown | null>;
}

export interface ResponderContext {
  nowMs: number;
  /** The op of the commit under way; claims carry it. */
  op: string;
  /** Null when the roster no longer has the person. */
  person: Pick<Person, 'id' | 'name' | 'contacts'> | null;
  /** Channels with a transport, and their providers in order; at least one. */
  channels: Partial<Record<Channel, { answerable: boolean; providers: readonly Provider[] }>>;
  /** Incidents looked at for this step, by number. */
  facts: ReadonlyMap<number, Fact>;
  reply: ReplyFacts | null;
  /** With a receipt: the message it is about; null when there is none. */
  receipted: MessageRow | null;
  /** The ask under way comes straight from its incident's opening: its claim needs no look at the incident (rule 10). */
  unseen: boolean;
  /** With a go: the asks of the queue that were read, in order. */
  queued: readonly { index: number; ask: Ask }[];
  /** With a receipt of failure: what else told of the same incidents. */
  siblings: readonly MessageRow[];
  /** When which contact method is used for an ask that begins now (oncall/ways.ts). */
  ways(severity: Severity): {
    ways: { channel: Channel; address: string; atMs: number }[];
    why: string | null;
  };
  /** From when a phone of theirs may ring about something of this severity: now, or when their quiet hours end. */
  wakesFromMs(severity: Severity): number;
  /**
   * So many messages about incidents may go to a contact at once, then one in so long; none by a channel whose providers
   * have had all that they may be given.
   */
  pace: { atOnce: number; everyMs: number; fullUntilMs?: Partial<Record<Channel, number>> };
  /** With an adopt: the messages that have its codes already, by code. */
  coded: ReadonlyMap<number, MessageRow>;
  /** The host's name while this engine pages without a quorum: messages say so (rule 13). */
  degraded: string | null;
  /** The link to the page on which a message, by its id, is answered; null or absent: nobody could reach that page. */
  linkOf?: ((messageId: string) => string) | null;
}
