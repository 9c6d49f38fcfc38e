/** A mail to a reply address: what its writer asked for, and whether a person wrote it at all. */
import type * as Mailparser from 'mailparser';
import type { ReplyCommand } from '../events/types.ts';
import { whyAutomatic, type HeaderValues } from './automatic.ts';
import { readBounce, type Bounce } from './bounce.ts';
import { readMailCommand, readSmsCommand } from './replies.ts';
import { writtenInHtml } from './reply-html.ts';
import { visibleLine } from './visible-line.ts';

export interface ReplyMail {
  command: ReplyCommand;
  /** The line that decided, at most 200 characters, without control characters; empty when there was none. */
  text: string;
  /** The From address in lower case; easily forged, for the timeline only. Empty when there is none. */
  from: string;
  /** Why it is no person's answer; null when it may be one. */
  automatic: string | null;
  /** What became of a mail of ours, when it is a mail server's report on one. */
  bounce: Bounce | null;
  /** What its Date header says; null when it says nothing readable. */
  sentAtMs: number | null;
  messageId: string | null;
}

/** Of an answer nothing beyond this is read: the worst we found takes 120 ms. */
export const REPLY_MAX_BYTES = 64 * 1024;

/** What of its envelope a reply is read by. `code`: of the message that the token in its address names. */
export interface ReplyEnvelope {
  nullReturnPath: boolean;
  code?: number;
}

let parser: Promise<typeof Mailparser> | null = null;

/** Resolves when mailparser is loaded (it takes tens of milliseconds, which no mail's deadline should pay for). */
export function loadReplyParser(): Promise<typeof Mailparser> {
  parser ??= import('mailparser');
  return parser;
}

/**
 * Reads a reply. With `code`, the message that the token in its address names, the command is about that message,
 * and a reply that names another is unclear. Never rejects: what can't be read is nobody's answer, with the reason.
 */
export async function readReplyMail(raw: Uint8Array, envelope: ReplyEnvelope): Promise<ReplyMail> {
  const { simpleParser } = await loadReplyParser();
  try {
    const head = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.length, REPLY_MAX_BYTES));
    const mail = await simpleParser(head, {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
      keepDeliveryStatus: true,
    });
    const lines = mail.headerLines;
    const header = (name: string): string[] =>
      lines
        .filter((one) => one.key === name)
        .map((one) =>
          one.line
            .slice(name.length + 1)
            .replace(/\r?\n\s*/g, ' ')
            .trim(),
        );
    const from = (mail.from?.value[0]?.address ?? '').toLowerCase();
    const subject = mail.subject ?? '';
    const line = shown(visibleLine(writtenIn(mail.text, mail.html)));
    const { nullReturnPath } = envelope;
    const isCalendar = mail.attachments.some(
      (one) => one.contentType === 'text/calendar' && one.contentDisposition !== 'attachment',
    );
    const automatic = whyAutomatic({ header, from, subject, nullReturnPath, isCalendar });
    const report = mail.attachments.find((one) => one.contentType === 'message/delivery-status');
    const deliveryStatus = report === undefined ? null : report.content.toString('utf8');
    return {
      command: automatic === null ? commandIn(line, envelope.code) : UNCLEAR,
      text: line,
      from,
      automatic,
      bounce:
        automatic === null
          ? null
          : readBounce({ header, from, subject, text: mail.text ?? '', deliveryStatus }),
      // The parser takes the present for a date that it can't read.
      sentAtMs: timeOf(header('date').at(-1)),
      messageId: mail.messageId ?? null,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unreadable(`it can't be read as a mail (${shown(why)})`);
  }
}

const unreadable = (automatic: string | null): ReplyMail => ({
  command: UNCLEAR,
  text: '',
  from: '',
  automatic,
  bounce: null,
  sentAtMs: null,
  messageId: null,
});

/**
 * A reply that could not be parsed in time, by its plain headers: nothing acts, but a person hears that it wasn't
 * understood, and a machine doesn't.
 */
export function replyFromHeaders(
  headers: ReadonlyMap<string, string>,
  from: string,
  { nullReturnPath }: ReplyEnvelope,
): ReplyMail {
  const header: HeaderValues = (name) => headers.get(name)?.split('\n') ?? [];
  const subject = headers.get('subject') ?? '';
  return { ...unreadable(whyAutomatic({ header, from, subject, nullReturnPath })), from };
}

const UNCLEAR: ReplyCommand = { verb: 'unclear', code: null, scope: 'bare' };

const writtenIn = (text: string | undefined, html: string | false): string =>
  text !== undefined && text.trim() !== '' ? text : writtenInHtml(html === false ? '' : html);

function commandIn(line: string, code: number | undefined): ReplyCommand {
  if (code !== undefined) return readMailCommand(line, code);
  const command = readSmsCommand(line);
  // By mail nobody opts out at a carrier.
  return command.verb === 'optout' ? UNCLEAR : command;
}

function timeOf(date: string | undefined): number | null {
  const ms = date === undefined ? Number.NaN : Date.parse(date.slice(0, 100).replace(/\([^)]*\)/g, ''));
  return Number.isNaN(ms) ? null : ms;
}

const shown = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 200);
