/**
 * The transport port: one provider call and what became of it. A transport never retries by itself and never throws:
 * what it can't classify is `doubt`. One contract suite runs against every transport with a stand-in provider.
 */
import type { Channel, Receipt, Severity } from '../events/types.ts';

/** A claimed message, frozen (rule 7). */
export interface Outgoing {
  /** `<person>.<code>`: contains its responder. */
  id: string;
  code: number;
  person: string;
  channel: Channel;
  to: string;
  /** The exact text; contains something unique to this message (rule 5). */
  body: string;
  /** Email only. */
  subject?: string;
  /** Email only: the incident it threads under; absent for tests and answers. */
  thread?: number;
  /** The first incident it tells of; these are absent where there is none. */
  incident?: number;
  severity?: Severity;
  service?: string;
  /** Where it can be answered by hand; absent: nowhere. */
  link?: string;
  /** Whether the message invites an answer over this channel. */
  answerable: boolean;
  /** True for answers to a reply (Auto-Submitted: auto-replied). */
  automaticReply?: boolean;
}

export type SendOutcome =
  /** The provider took it; `acceptedAtMs` by its own clock, where it says so. */
  | { kind: 'accepted'; providerId: string; acceptedAtMs?: number }
  /** Nothing was sent, proven. `permanent`: this contact can't work; otherwise try again later. */
  | {
      kind: 'refused';
      permanent: boolean;
      /** The provider's own code, e.g. `21610` or `550`. */
      code: string;
      error: string;
      /** What the reader can do about it. */
      cure?: string;
      /** The whole account or server is at fault, not this message. */
      account?: boolean;
      /** The person has told the carrier to block us: the contact is to be switched off, and no other provider tried. */
      optedOut?: true;
      retryAfterMs?: number;
    }
  /** It may have been sent. */
  | { kind: 'doubt'; error: string }
  /** `mayStart` said no just before the write: nothing was sent. */
  | { kind: 'late' };

export type SettleOutcome =
  | { kind: 'found'; providerId: string; acceptedAtMs?: number }
  /** Proven not accepted: it may be tried again. */
  | { kind: 'absent' }
  /** The provider takes a message's id once, however often it comes: the same may be called again, with this one only. */
  | { kind: 'repeatable' }
  /** Nobody can tell (email after the final dot; a list that failed). `retry`: asking again later may help. */
  | { kind: 'unclear'; error: string; retry: boolean };

export interface Transport {
  readonly channel: Channel;
  /** Unique among all providers, e.g. `twilio-sms`, `mail`: rows, problems and addresses name it. */
  readonly name: string;
  /** How long after the send deadline the provider's list may lag (rule 6). */
  readonly settleMs: number;
  /** At most so many messages in so long, by the configuration; absent: any number. */
  readonly limit?: { messages: number; everyMs: number };
  /**
   * One provider call. `mayStart` is asked just before the first byte that could cause a send; false: answer `late`.
   * Past `deadlineMs` the raw socket is reset and the answer is `doubt`.
   */
  send(message: Outgoing, call: { deadlineMs: number; mayStart: () => boolean }): Promise<SendOutcome>;
  /**
   * Settles doubt by asking the provider. `adopted`: provider ids that other messages own already.
   */
  settle(
    message: Outgoing,
    claim: { claimedAtMs: number; adopted: ReadonlySet<string> },
  ): Promise<SettleOutcome>;
  /**
   * What became of a message that was accepted, asked where no webhook told it; null while there is nothing to say.
   * Absent: this provider has no receipts. Rejects when the provider can't be asked; it is asked again later.
   */
  receipt?(message: Outgoing, providerId: string): Promise<Receipt | null>;
  /** Is it configured right and reachable? For init and status. Null when well, else the error with its cure. */
  check(): Promise<{ error: string; cure: string } | null>;
  close(): Promise<void>;
}
