/** What people see and do: their phones and mailboxes, as the stand-in providers hold them. */
import type { LedgerEntry, TwilioStandin } from '../../../src/standins/twilio.ts';
import type { Mailbox, ReceivedMail } from '../../../src/standins/mailbox.ts';
import type { Delivered } from './sender.ts';
import { sendMail } from './sender.ts';
import { until } from './until.ts';

export interface Phone {
  /** The next SMS that nobody has looked at yet and whose text matches; fails after a while. */
  receives(text: RegExp, withinMs?: number): Promise<LedgerEntry>;
  /** An SMS from this phone. */
  replies(body: string): Promise<void>;
  /** Every SMS that ever reached it. */
  readonly all: LedgerEntry[];
  /** Those that no `receives` has looked at. */
  readonly unread: LedgerEntry[];
}

export interface PersonMail {
  /** The next mail that nobody has looked at yet and whose subject matches. */
  receives(subject: RegExp, withinMs?: number): Promise<ReceivedMail>;
  /** Answers a mail as a mail program does: to its Reply-To, below the quoted text. */
  answers(mail: ReceivedMail, text: string, more?: AnswerOptions): Promise<Delivered>;
  readonly all: ReceivedMail[];
  readonly unread: ReceivedMail[];
}

export interface AnswerOptions {
  /** Another address than the mail's Reply-To. */
  to?: string;
  from?: string;
  headers?: Record<string, string>;
}

/** A phone on the stand-in network. */
export function phoneOf(twilio: TwilioStandin, number: string, seen: () => string): Phone {
  const read = new Set<string>();
  const all = (): LedgerEntry[] => twilio.ledger.filter((sms) => sms.to === number);
  const unread = (): LedgerEntry[] => all().filter((sms) => !read.has(sms.sid));
  return {
    get all() {
      return all();
    },
    get unread() {
      return unread();
    },
    async receives(text, withinMs) {
      const sms = await until(
        `${number} receives an SMS like ${String(text)}`,
        () => unread().find(({ body }) => text.test(body)),
        {
          seen: () => `it has: ${JSON.stringify(all().map(({ body }) => body))}\n${seen()}`,
          ...(withinMs === undefined ? {} : { withinMs }),
        },
      );
      read.add(sms.sid);
      return sms;
    },
    async replies(body) {
      await twilio.inbound({ from: number, body });
    },
  };
}

/** A mailbox on the stand-in server; `smtp` is where the answers go. */
export function mailOf(
  mailbox: Mailbox,
  address: string,
  smtp: () => { host: string; port: number },
  seen: () => string,
): PersonMail {
  const read = new Set<ReceivedMail>();
  const all = (): ReceivedMail[] => mailbox.mails.filter(({ envelope }) => envelope.to.includes(address));
  const unread = (): ReceivedMail[] => all().filter((mail) => !read.has(mail));
  return {
    get all() {
      return all();
    },
    get unread() {
      return unread();
    },
    async receives(subject, withinMs) {
      const mail = await until(
        `${address} receives a mail like ${String(subject)}`,
        () => unread().find((one) => subject.test(headerOf(one, 'subject'))),
        {
          seen: () => `it has: ${JSON.stringify(all().map((one) => headerOf(one, 'subject')))}\n${seen()}`,
          ...(withinMs === undefined ? {} : { withinMs }),
        },
      );
      read.add(mail);
      return mail;
    },
    async answers(mail, text, more = {}) {
      const id = headerOf(mail, 'message-id');
      const quoted = mail.text.replace(/^/gm, '> ');
      return sendMail(smtp(), {
        from: more.from ?? address,
        to: more.to ?? headerOf(mail, 'reply-to'),
        subject: `Re: ${headerOf(mail, 'subject')}`,
        text: `${text}\n\nOn Monday Relay wrote:\n${quoted}`,
        headers: { 'In-Reply-To': id, References: id, ...more.headers },
      });
    },
  };
}

/** A header as it was received; empty when there is none. */
export const headerOf = (mail: ReceivedMail, name: string): string => mail.headers.get(name)?.[0] ?? '';
