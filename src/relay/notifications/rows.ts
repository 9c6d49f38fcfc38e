/** What a responder's commits leave behind: one row a message, found by its code, and an index by incident. */
import type { Channel, Severity } from '../events/types.ts';
import type { MessageStatus } from '../api/wire.ts';

/** Row kind of messages; key: messageKey(code). Holds the frozen text (rule 7). */
export const MESSAGE = 'message';
/** Row kind of the index incident -> message; key: toldKey(number, code); body null. */
export const TOLD = 'told';

/** Row kind of asks told together with others, in the order they came (queue.ts); key: queueKey(index); body: the ask. */
export const QUEUED = 'queued';
/** Row kind of the index incident -> pack; key: toldPrefix(number) and the ask's index; body: packName. */
export const PACKED = 'packed';
/** Row kind of the index pack -> message; key: packTold(pack, code); body null. */
export const PACK_TOLD = 'packtold';

export interface MessageRow {
  id: string;
  code: number;
  person: string;
  channel: Channel;
  to: string;
  /** The transport of the present claim, by name; frozen with it. Absent in what older versions wrote: the first. */
  provider?: string;
  /** incident: about members; answer: to a reply; test: relay test; notice: from relay itself. */
  purpose: 'incident' | 'answer' | 'test' | 'notice';
  /** Purpose notice: the input it came with, and a few words. */
  notice?: { id: string; about: string };
  body: string;
  subject?: string;
  answerable: boolean;
  status: MessageStatus;
  providerId: string | null;
  error: string | null;
  cure: string | null;
  /** Incidents this message tells of, frozen at the claim. */
  members: {
    number: number;
    lineage: string;
    counter: number;
    service: string;
    summary: string;
    /** Absent in what older versions wrote. */
    severity?: Severity;
  }[];
  claimedAtMs: number;
  /** It tells of these packs too (packs.ts): so many asks of the queue, of which `members` has so many as well. */
  packs?: { from: number; to: number; severity: Severity; count: number; named: number }[];
  /** None of these is open any more. */
  packsOver?: true;
  /** When it was known that the provider has it; absent before. */
  takenAtMs?: number;
  /** When the provider took it, by the provider's clock; absent when it didn't say. */
  acceptedAtMs?: number;
  /** A host sent it on its own, without a quorum (rule 13). */
  degraded?: true;
  /** And about so many incidents: each brings it along by itself, so here it may still be known of fewer. */
  toldOf?: number;
  /** What happened to it, for the timeline; at most 20 lines. */
  log: { atMs: number; kind: MessageEvent; text: string }[];
}

/**
 * What happened to a message. claimed: a call follows; late, refused, absent: proven not sent, it is claimed again;
 * repeat: it may have been sent, and the provider takes the same only once; doubt: nobody knows yet; unclear: nor did the provider when asked; ended: the row's status says how; answered: a reply
 * to it came; receipt: the provider says what became of it; adopted: a host sent it without a quorum, and it is known since then.
 */
export type MessageEvent =
  | 'claimed'
  | 'late'
  | 'refused'
  | 'absent'
  | 'repeat'
  | 'doubt'
  | 'unclear'
  | 'ended'
  | 'answered'
  | 'receipt'
  | 'adopted';

/** Codes below are given out with a quorum (codes.ts). */
export const DEGRADED_FROM = 900_000;

export const messageKey = (code: number): string => String(code).padStart(8, '0');
export const toldPrefix = (number: number): string => `${String(number).padStart(10, '0')}/`;
export const toldKey = (number: number, code: number): string => `${toldPrefix(number)}${messageKey(code)}`;
export const responderKey = (person: string): string => `r:${person}`;
export const messageId = (person: string, code: number): string => `${person}.${code}`;
export const queueKey = (index: number): string => String(index).padStart(12, '0');
/** Names a pack: where it begins in the queue, and its severity. */
export const packName = ({ from, severity }: { from: number; severity: Severity }): string =>
  `${queueKey(from)}/${severity}`;
export const packTold = (pack: string, code: number): string => `${pack}/${messageKey(code)}`;

/**
 * Where the newest of a person's messages are, by their keys. Codes ascend with time only within a range: what was
 * given out together, and what hosts without a quorum sent. Each is read from its newest, or the second would hide the
 * first.
 */
export const CODE_RANGES: readonly { prefix?: string; after?: string }[] = [
  { after: messageKey(DEGRADED_FROM) },
  { prefix: '009' },
];

const MESSAGE_ID = /^([a-z0-9][a-z0-9_-]{0,31})\.([1-9]\d{0,7})$/;

/** Whose message it is, and which of theirs; null when it is no message id. */
export function readMessageId(id: string): { person: string; code: number } | null {
  const [, person, code] = MESSAGE_ID.exec(id) ?? [];
  return person === undefined || code === undefined ? null : { person, code: Number(code) };
}
