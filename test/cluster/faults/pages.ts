/** What the phones received, read back: which alerts a text tells of, by which code, and whether a host sent it alone. */
import type { LedgerEntry } from '../../../src/standins/twilio.ts';

/** Stands first in an alert's summary, so that no text is too short for it; glued to letters, it stays in the key. */
export const markOf = (number: number): string => `x${String(number).padStart(6, '0')}x`;
const MARKS = /\bx\d{6}x\b/g;

export interface Page {
  /** When the phone network took it, in milliseconds since the epoch. */
  atMs: number;
  to: string;
  /** The message's own code; null for a text that has none. */
  code: number | null;
  marks: string[];
  /** The host that sent it without a quorum (rule 13). */
  alone: string | null;
}

/** One text as a page. */
export function readPage({
  to,
  body,
  acceptedAtMs,
}: Pick<LedgerEntry, 'to' | 'body' | 'acceptedAtMs'>): Page {
  const code = /Reply (\d+)a ack/.exec(body)?.[1] ?? /\[(\d+)\]$/.exec(body)?.[1];
  return {
    atMs: acceptedAtMs,
    to,
    code: code === undefined ? null : Number(code),
    marks: [...new Set(body.match(MARKS))],
    alone: /^\[no quorum, sent by ([^\]]+)\]/.exec(body)?.[1] ?? null,
  };
}
