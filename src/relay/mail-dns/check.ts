/** Everything that DNS should say about the mail of one installation, asked at once, within a deadline. */
import { checkDmarc } from './dmarc.ts';
import { DnsSilentError, type Lookup } from './lookup.ts';
import { findMx, type Mx } from './mx.ts';
import { publicAddresses, type OwnHost } from './own-host.ts';
import { checkPtr } from './ptr.ts';
import { isPublicDomain } from './public-name.ts';
import { checkSpf } from './spf.ts';
import type { DnsFinding, WayBack } from './types.ts';
import { zoneLine } from './zone-line.ts';

export interface MailDomains {
  /** Where mail comes in at relay's own server; null: it has none, or nothing has to come in. */
  incoming: string | null;
  /** Domains of the addresses that pages come from and that bounces go to, each with the hosts that send for it. */
  senders: readonly { domain: string; servers: readonly string[] }[];
  /** Domains of the From addresses. */
  from: readonly string[];
  own: OwnHost;
}

export interface CheckParts {
  lookup: Lookup;
  /** Knocks at the MX; null: where relay isn't running, nobody can be met. */
  knock: ((mx: Mx) => Promise<WayBack>) | null;
  /** Which names are asked about. */
  isPublic?: (domain: string) => boolean;
  /** Ends what is unanswered after `withinMs`. */
  after(delayMs: number, fn: () => void): () => void;
}

export interface MailReport {
  /** Null: nothing has to come in here, or nobody knocked. */
  wayBack: WayBack | null;
  findings: DnsFinding[];
}

const WITHIN_MS = 20_000;

/** Never rejects. Names that the world doesn't know are not asked about. */
export async function checkMail(domains: MailDomains, parts: CheckParts): Promise<MailReport> {
  const { lookup, after, isPublic = isPublicDomain } = parts;
  const cancel = after(WITHIN_MS, () => lookup.cancel());
  try {
    const { incoming, own } = domains;
    const senders = domains.senders.filter(({ domain }) => isPublic(domain));
    const from = domains.from.filter(isPublic);
    const isDirect = senders.some(({ servers }) => sendsItself(servers, own));
    const direct = isDirect ? publicAddresses(own) : [];
    const [mail, ...findings] = await Promise.all([
      incoming === null ? null : checkIncoming(incoming, domains, parts, isPublic),
      ...senders.map(({ domain, servers }) =>
        settled('spf', domain, () => checkSpf(lookup, { domain, servers, own })),
      ),
      ...from.map((domain) => settled('dmarc', domain, () => checkDmarc(lookup, domain))),
      ...direct.map((address) => settled('ptr', address, () => checkPtr(lookup, address, own.name))),
    ]);
    return {
      wayBack: mail?.wayBack ?? null,
      findings: [...(mail?.finding === undefined ? [] : [mail.finding]), ...findings],
    };
  } finally {
    cancel();
  }
}

async function checkIncoming(
  domain: string,
  { own }: MailDomains,
  { lookup, knock }: CheckParts,
  isPublic: (domain: string) => boolean,
): Promise<{ wayBack: WayBack | null; finding?: DnsFinding }> {
  if (!isPublic(domain)) {
    return {
      wayBack: { works: null, text: `${domain} is no name that others know: no mail finds its way to it` },
    };
  }
  try {
    const mx = await findMx(lookup, domain);
    const met = knock === null ? null : await knock(mx);
    return { wayBack: met, finding: mxFinding(mx, met, own) };
  } catch (error) {
    const text = silence(error);
    return {
      wayBack: { works: null, text },
      finding: { about: 'mx', domain, state: 'unknown', text },
    };
  }
}

/** Where relay isn't running, only what the records say can be judged. */
function mxFinding(mx: Mx, met: WayBack | null, own: OwnHost): DnsFinding {
  const { domain, hosts } = mx;
  const record = [
    zoneLine(domain, 'MX', `10 ${own.name}.`),
    ...(own.name === `relay.${domain}`
      ? [
          zoneLine(
            own.name,
            'A',
            publicAddresses(own).find((one) => !one.includes(':')) ?? 'ADDRESS-OF-THIS-MACHINE',
          ),
        ]
      : []),
  ].join('\n');
  if (met !== null) {
    const state = met.works === null ? 'unknown' : met.works ? 'ok' : 'wrong';
    // An MX that leads elsewhere may be meant so: then nothing is missing.
    const lacks = met.works === false && hosts.every(({ addresses }) => addresses.length === 0);
    return { about: 'mx', domain, state, text: met.text, ...(lacks ? { record } : {}) };
  }
  const addresses = hosts.flatMap((host) => host.addresses);
  if (addresses.length === 0)
    return { about: 'mx', domain, state: 'wrong', text: `no MX record of ${domain} leads anywhere`, record };
  const names = hosts.map(({ name }) => name).join(', ');
  if (addresses.some((address) => own.addresses.includes(address)))
    return { about: 'mx', domain, state: 'ok', text: `mail to ${domain} leads to this machine (${names})` };
  return {
    about: 'mx',
    domain,
    state: 'unknown',
    text: `mail to ${domain} goes to ${names}; once relay runs, \`relay status\` says whether that leads here`,
  };
}

/** A server of this machine hands mail to the world by itself, as far as anybody can tell. */
const sendsItself = (servers: readonly string[], own: OwnHost): boolean =>
  servers.some((server) => /^(?:localhost|127\..*|::1)$/.test(server) || own.addresses.includes(server));

async function settled(
  about: DnsFinding['about'],
  domain: string,
  check: () => Promise<DnsFinding>,
): Promise<DnsFinding> {
  try {
    return await check();
  } catch (error) {
    return { about, domain, state: 'unknown', text: silence(error) };
  }
}

/** Also of a record that nobody foresaw: a look at DNS ends nothing. */
function silence(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return error instanceof DnsSilentError ? why : `it could not be looked at (${why})`;
}
