/**
 * What a mail in a mailbox is to relay: an alert for a service, an answer to a page, or nothing that it may touch. Pure.
 *
 * - An address of the form `replyAddress`, or `ack+TOKEN@…`: an answer, where the mailbox is for replies.
 * - `ping-KEY@…`, `USER+ping-KEY@…`: a heartbeat reports.
 * - `USER+SERVICE@…` with the mailbox's own user, `SERVICE@…`, `SERVICE-KEY@…`, each with a plus tag behind: an alert for
 *   that service. What the delivering servers noted goes before what the sender wrote.
 * - Another address: an alert for the mailbox's `service`; without one it is left alone.
 */
import type { Roster } from '../../oncall/types.ts';
import { keyFits } from '../keys.ts';
import { heartbeatOfKey, readPingAddress } from '../pings.ts';
import type { Head } from '../mail/headers.ts';
import type { Recipient } from '../smtp/recipient.ts';
import { meantFor } from './addresses.ts';

export interface MailboxRules {
  user: string;
  alerts: boolean;
  replies: boolean;
  service: string | null;
  replyAddress: string | null;
}

type Taken = Exclude<Recipient, { kind: 'refused' }>;

/** `leave`: not relay's, stays as it is. `later`: the roster at hand may be an old one that lacks the service. */
export type Decision =
  | { kind: 'take'; recipients: Taken[] }
  | { kind: 'leave'; why: string }
  | { kind: 'later'; why: string };

export function decide(head: Head, rules: MailboxRules, roster: Roster, isSure: boolean): Decision {
  const { delivered, written } = meantFor(head);
  const tokens = tokensIn([...delivered, ...written], rules.replyAddress);
  if (tokens.length > 0) {
    if (!rules.replies)
      return { kind: 'leave', why: 'it answers a page, and this mailbox is not for replies' };
    return { kind: 'take', recipients: tokens.map((token) => ({ kind: 'reply', token })) };
  }
  if (!rules.alerts) return { kind: 'leave', why: 'it is addressed to no page' };
  for (const addresses of [delivered, written]) {
    const pings = pingsIn(addresses, rules.user, roster);
    if (pings.length > 0) return { kind: 'take', recipients: pings };
    const named = servicesIn(addresses, rules.user, roster);
    if (named.length > 0) return { kind: 'take', recipients: named };
  }
  if (rules.service === null) {
    return isSure
      ? { kind: 'leave', why: 'its addresses name no service, and the mailbox has none' }
      : {
          kind: 'later',
          why: 'its addresses name no service of the roster at hand, which may be an old one',
        };
  }
  return { kind: 'take', recipients: [byDefault(rules.service, roster)] };
}

/** A mailbox whose service has gone still takes alerts: nothing may be lost for a roster's edit. */
function byDefault(service: string, roster: Roster): Taken {
  const known = roster.services.some(({ id }) => id === service);
  return {
    kind: 'service',
    service: known ? service : roster.defaultService,
    tag: null,
    key: null,
    note: known ? null : `the mailbox is for "${service}", which is no service: taken by the default service`,
  };
}

function tokensIn(addresses: readonly string[], template: string | null): string[] {
  const forms = [/^ack\+([a-z0-9._-]{4,128})@/i, ...(template === null ? [] : [formOf(template)])];
  const tokens = addresses.flatMap((address) =>
    forms.flatMap((form) => {
      const token = form.exec(address)?.[1];
      return token === undefined ? [] : [token.toLowerCase()];
    }),
  );
  return [...new Set(tokens)];
}

/** The template as a pattern; a token is told from a service by its two points. */
function formOf(template: string): RegExp {
  const [before = '', after = ''] = template.split('{token}', 2);
  const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literally(before)}([a-z0-9_-]+\\.\\d+\\.[a-z2-7]{16})${literally(after)}$`, 'i');
}

function pingsIn(addresses: readonly string[], user: string, roster: Roster): Taken[] {
  return addresses.flatMap((address): Taken[] => {
    const ping = readPingAddress(namedBy(address, user));
    const heartbeat = ping === null ? null : heartbeatOfKey(roster, ping.key);
    return ping === null || heartbeat === null ? [] : [{ kind: 'ping', heartbeat: heartbeat.id, ...ping }];
  });
}

/** What stands before the @, without the mailbox's own user. */
function namedBy(address: string, user: string): string {
  const own = (user.includes('@') ? user.slice(0, user.lastIndexOf('@')) : user).toLowerCase();
  const local = address.slice(0, address.lastIndexOf('@'));
  return local.toLowerCase().startsWith(`${own}+`) ? local.slice(own.length + 1) : local;
}

function servicesIn(addresses: readonly string[], user: string, roster: Roster): Taken[] {
  const found = new Map<string, Taken>();
  for (const address of addresses) {
    const named = serviceOf(namedBy(address, user), roster);
    if (named !== null) found.set(`${named.service}+${named.tag ?? ''}`, named);
  }
  return [...found.values()];
}

function serviceOf(named: string, roster: Roster): (Taken & { kind: 'service' }) | null {
  const plus = named.indexOf('+');
  const name = (plus === -1 ? named : named.slice(0, plus)).toLowerCase();
  const tag = plus === -1 || plus === named.length - 1 ? null : named.slice(plus + 1);
  const keyed = /^(.+)-([0-9a-f]{32})$/.exec(name);
  const [, base, key] = keyed ?? [];
  const service = roster.services.find(({ id }) => id === name || id === base);
  if (service === undefined) return null;
  const isKey = service.id === base && key !== undefined;
  const note =
    isKey && !keyFits(service, key) ? 'its routing key is not valid any more; taken for its service' : null;
  return { kind: 'service', service: service.id, tag, key: isKey ? key : null, note };
}
