/** Who a mail is really from: DKIM, SPF and DMARC by mailauth, within a deadline. Loaded with the first reply by mail. */
import ipaddr from 'ipaddr.js';
import type * as Mailauth from 'mailauth';
import type { Clock } from '../engine/ports.ts';
import type { AuthResult, ReplyAuth } from '../events/types.ts';

/** DNS for one mail, as node:dns/promises has it: by ENOTFOUND and ENODATA it says that there is no such record. */
export interface Dns {
  resolve(name: string, type: string): Promise<unknown>;
  /** Ends what is under way. */
  cancel(): void;
}

export interface MailAuthParts {
  openDns(): Dns;
  clock: Pick<Clock, 'after'>;
  /** For all look-ups of one mail together. */
  deadlineMs: number;
}

export interface HandedIn {
  raw: Uint8Array;
  /** False: its end was cut off, so that no signature can be checked. */
  whole: boolean;
  mailFrom: string;
  /** Who handed it in; null where nobody knows, as from a mailbox. */
  remote: string | null;
  helo: string | null;
}

export interface MailAuth {
  auth: Pick<ReplyAuth, 'dkim' | 'spf' | 'dmarc'>;
  /** The one From address, in lower case; null with none or several. */
  from: string | null;
  /** One that passed speaks for the From domain: by its DMARC record, or where it has none for the very same domain. */
  proven: boolean;
  /** What could not be looked up might prove it yet. */
  later: boolean;
}

/** Nobody signs a mail so often; each costs look-ups. */
const MOST_SIGNATURES = 10;

/**
 * Never rejects: what can't be found out in time is `temperror`. A mail without a signature that was not handed in from
 * outside can prove nothing: DNS isn't asked.
 */
export async function checkMailAuth(mail: HandedIn, parts: MailAuthParts): Promise<MailAuth> {
  const signatures = countSignatures(mail.raw);
  if (signatures === null || signatures > MOST_SIGNATURES) return unknown('permerror');
  if (signatures === 0 && !isFromOutside(mail.remote)) return unknown('none');
  const { authenticate } = await import('mailauth');
  const dns = parts.openDns();
  let cancel = (): void => {};
  const late = new Promise<null>((resolve) => {
    cancel = parts.clock.after(parts.deadlineMs, () => resolve(null));
  });
  const outside =
    mail.remote === null || !isFromOutside(mail.remote)
      ? null
      : {
          ip: plainIp(mail.remote),
          sender: mail.mailFrom,
          ...(mail.helo === null ? {} : { helo: mail.helo }),
        };
  try {
    const checking = authenticate(Buffer.from(mail.raw), {
      ...outside,
      mta: 'relay',
      resolver: (name, type) => dns.resolve(name, type) as Promise<string[]>,
      disableArc: true,
      disableBimi: true,
    });
    // Past the deadline nobody waits for it.
    checking.catch(() => undefined);
    const found = await Promise.race([checking, late]);
    return found === null ? unknown('temperror') : judged(found, mail, outside !== null);
  } catch {
    // What a mail can make the library throw is that mail's affair: nothing is proven.
    return unknown('permerror');
  } finally {
    cancel();
    dns.cancel();
  }
}

type Found = Awaited<ReturnType<typeof Mailauth.authenticate>>;

function judged(found: Found, mail: HandedIn, isSpfTold: boolean): MailAuth {
  const signed = found.dkim.results.map(({ status, signingDomain }) => ({
    result: asResult(status.result),
    domain: (signingDomain ?? '').toLowerCase(),
    isWhole: status.underSized === undefined || status.underSized === 0,
  }));
  const dkim = mail.whole ? best(signed.map(({ result }) => result)) : 'none';
  // Without knowing who handed it in SPF has nothing to say.
  const spf = found.spf === false || !isSpfTold ? 'none' : asResult(found.spf.status.result);
  const froms = [...new Set(found.dkim.headerFrom.map((one) => one.toLowerCase()))];
  const from = froms.length === 1 && found.dkim.fromFields <= 1 ? (froms[0] ?? null) : null;
  const dmarc = found.dmarc === false ? 'none' : asResult(found.dmarc.status.result);
  const domain = from?.slice(from.lastIndexOf('@') + 1) ?? '';
  const isSame =
    signed.some((one) => one.result === 'pass' && one.isWhole && one.domain === domain) ||
    (spf === 'pass' && found.spf !== false && found.spf.domain.toLowerCase() === domain);
  const proven = from !== null && (dmarc === 'pass' || (dmarc === 'none' && isSame));
  const later = !proven && from !== null && [dkim, spf, dmarc].includes('temperror');
  return { auth: { dkim, spf, dmarc }, from, proven, later };
}

const unknown = (result: 'temperror' | 'permerror' | 'none'): MailAuth => ({
  auth: { dkim: result, spf: result, dmarc: result },
  from: null,
  proven: false,
  later: result === 'temperror',
});

/** The words of RFC 8601, as far as they make a difference here. */
function asResult(word: string): AuthResult {
  switch (word) {
    case 'pass':
    case 'fail':
    case 'permerror':
      return word;
    case 'temperror':
    case 'temperr':
      return 'temperror';
    // A body that doesn't match its signature, a key too short, an SPF "perhaps not".
    case 'neutral':
    case 'policy':
    case 'softfail':
      return 'fail';
    default:
      return 'none';
  }
}

const ORDER: AuthResult[] = ['pass', 'temperror', 'fail', 'permerror', 'none'];
const best = (results: AuthResult[]): AuthResult =>
  ORDER.find((result) => results.includes(result)) ?? 'none';

/** How many signatures its header has; null where the header is longer than any that people's mails have. */
function countSignatures(raw: Uint8Array): number | null {
  const start = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.length, HEAD_BYTES)).toString('latin1');
  const end = /\r?\n\r?\n/.exec(start)?.index;
  if (end === undefined && raw.length > HEAD_BYTES) return null;
  return start.slice(0, end).match(/^dkim-signature:/gim)?.length ?? 0;
}

/** Half a megabyte of addresses holds the event loop for over a second. */
const HEAD_BYTES = 64 * 1024;

/** Our own servers hand on what others sent: their address says nothing about the sender. */
function isFromOutside(remote: string | null): boolean {
  if (remote === null || !ipaddr.isValid(plainIp(remote))) return false;
  return ipaddr.process(plainIp(remote)).range() === 'unicast';
}

const plainIp = (remote: string): string => remote.replace(/^::ffff:(?=\d+\.)/i, '');
