/** From a mail to its events, in the worker and in the main thread alike, so that both say the same. */
import { isOwnPage, readMail } from '../formats/index.ts';
import type { ParsedMail } from '../formats/mail.ts';
import type { Ruling } from '../formats/rules/index.ts';
import { messageOfMail } from '../formats/rules/message.ts';
import type { Ruler } from '../ruler.ts';
import type { AlertEvent } from '../types.ts';
import { mailFromHeaders } from './headers.ts';

/** Where a mail was addressed to: the service's name in the roster, and what stood behind the plus. */
export interface MailContext {
  service: string;
  tag: string | null;
}

/** The events of a mail that was parsed, and what the team's rules made of them. */
export async function eventsOf(mail: ParsedMail, service: string, ruler: Ruler): Promise<Ruling> {
  const events = readMail(mail, service);
  // A page of ours that a rule made an alert would page, and come back, for ever.
  if (!ruler.hasRules || isOwnPage(mail)) return { events, tried: [] };
  return ruler.rule(messageOfMail(mail), events);
}

/** A mail that couldn't be parsed, by its plain headers: always a trigger, since a recovery can't be made sure of. */
export function eventsFromHeaders(raw: Uint8Array, context: MailContext, why: string): AlertEvent[] {
  return readMail(mailFromHeaders(raw, context.tag), context.service).map(
    (event): AlertEvent => ({
      ...event,
      action: 'trigger',
      reason: `${why}: read from its headers only, without any rules, and taken as a problem`,
    }),
  );
}
