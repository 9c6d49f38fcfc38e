/**
 * Whom an address means, and whether this sender may write to it. Pure.
 *
 * - `ack+TOKEN@domain`, from anywhere: a reply; the token is the proof.
 * - `ping-KEY@domain`, from anywhere: a heartbeat reports; `ping-KEY+fail` that its job failed.
 * - `SERVICE-KEY@domain`, from anywhere: the service whose live key it is. A plus tag may follow: `SERVICE-KEY+TAG`.
 * - `SERVICE@domain`, `SERVICE+TAG@domain`, from an allowed network or after AUTH. An unknown name goes to the default
 *   service there, and says so.
 * - Another domain is refused to all, for a wrongly set smarthost must notice rather than have its mail paged. The
 *   host's own names count as ours to allowed networks, since cron and smartd write to `root@this-host`.
 */
import { keyFits } from '../keys.ts';
import { heartbeatOfKey, readPingAddress } from '../pings.ts';
import type { Roster } from '../../oncall/types.ts';

export type Recipient =
  | {
      kind: 'service';
      service: string;
      tag: string | null;
      /** The routing key in the address; it must not reach the journal. */
      key: string | null;
      /** Why it goes here though another name was written; null when it was this one. */
      note: string | null;
    }
  | { kind: 'reply'; token: string }
  /** `tag`: what the address says of the job; the key must not reach the journal. */
  | { kind: 'ping'; heartbeat: string; key: string; tag: string | null }
  | { kind: 'refused'; code: 550 | 451; text: string };

export interface RecipientRules {
  domain: string;
  /** The host's own names, lower-case: taken like the domain from allowed networks. */
  localNames: readonly string[];
  /** From an allowed network, or authenticated. */
  trusted: boolean;
  /** Whether replies by mail are handled at all. */
  replies: boolean;
  /** False: the roster may be an old one; who isn't in it may be a recipient all the same. */
  isSure?: boolean;
}

/** Reads one RCPT TO address. */
export function readRecipient(address: string, roster: Roster, rules: RecipientRules): Recipient {
  const at = address.lastIndexOf('@');
  const local = at === -1 ? address : address.slice(0, at);
  const domain = at === -1 ? rules.domain : address.slice(at + 1).toLowerCase();
  const ours = domain === rules.domain.toLowerCase();
  if (!ours && !(rules.trusted && rules.localNames.includes(domain))) {
    return refuse(`relay denied: this server takes mail for ${rules.domain} only`);
  }
  const reply = /^ack\+([A-Za-z0-9._-]{4,128})$/i.exec(local);
  if (reply?.[1] !== undefined) {
    return rules.replies ? { kind: 'reply', token: reply[1] } : refuse('replies by mail are not set up here');
  }
  const ping = readPingAddress(local);
  const heartbeat = ping === null ? null : heartbeatOfKey(roster, ping.key);
  if (ping !== null && heartbeat !== null) return { kind: 'ping', heartbeat: heartbeat.id, ...ping };
  const plus = local.indexOf('+');
  const name = (plus === -1 ? local : local.slice(0, plus)).toLowerCase();
  const tag = plus === -1 || plus === local.length - 1 ? null : local.slice(plus + 1);
  const keyed = /^(.+)-([0-9a-f]{32})$/.exec(name);
  const base = keyed?.[1] === undefined ? undefined : roster.services.find((one) => one.id === keyed[1]);
  if (base !== undefined && keyed?.[2] !== undefined && keyFits(base, keyed[2])) {
    return { kind: 'service', service: base.id, tag, key: keyed[2], note: null };
  }
  // One answer for a wrong name and a wrong key, so that nothing can be told from it.
  if (!rules.trusted && rules.isSure === false)
    return {
      kind: 'refused',
      code: 451,
      text: 'the recipient can not be looked up at present; try again later',
    };
  if (!rules.trusted) return refuse('no such recipient: write to SERVICE-KEY with a valid routing key');
  const known = roster.services.find((one) => one.id === name);
  if (known !== undefined) return { kind: 'service', service: known.id, tag, key: null, note: null };
  if (base !== undefined)
    return {
      kind: 'service',
      service: base.id,
      tag,
      key: keyed?.[2] ?? null,
      note: 'its routing key is not valid any more; taken because the sender is in an allowed network',
    };
  return {
    kind: 'service',
    service: roster.defaultService,
    tag,
    key: keyed?.[2] ?? null,
    note: `addressed to "${shown(name)}", which is no service: taken by the default service`,
  };
}

function refuse(text: string): Recipient {
  return { kind: 'refused', code: 550, text };
}

/** A name for the timeline: short, and without anything that could be a key. */
function shown(name: string): string {
  return name.replace(/[0-9a-f]{32}/g, '…').slice(0, 64);
}
