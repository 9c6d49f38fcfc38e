/** A mail taken apart: what the readers of this folder are given. Types only. */
import type { AlertEvent } from '../types.ts';

export interface ParsedMail {
  /** The address of the From header, lower-cased; empty when there is none. */
  from: string;
  /** The To header as text, decoded. */
  to: string;
  /** Decoded and unfolded; may be empty, may still hold control characters. */
  subject: string;
  /** The text part, or the words of the HTML part when there is no other. */
  text: string;
  /** Lower-cased names; decoded values; repeated headers joined by a line feed, in order. */
  headers: ReadonlyMap<string, string>;
  /** As sent, with its angle brackets; null when absent. */
  messageId: string | null;
  /** The Date header as sent; null when absent. */
  date: string | null;
  /** What stood behind the plus of SERVICE+TAG@domain; null when nothing did. */
  tag: string | null;
  /** Such as text/calendar: the kinds of its parts but plain text and HTML, without what is just attached; absent: none. */
  parts?: readonly string[];
  /** Mails that came within it, the first few: forwarded as an attachment, returned by a mail server. */
  attached?: readonly ParsedMail[];
}

/** One way of reading a mail. Null: not this source's, let the next reader look. */
export type MailFormat = (mail: ParsedMail, service: string) => AlertEvent[] | null;
