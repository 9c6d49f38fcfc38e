/** Whether a domain's SPF record lets the servers send that our mail goes out by. */
import type { Lookup } from './lookup.ts';
import { publicAddresses, type OwnHost } from './own-host.ts';
import { isPublicAddress } from './public-name.ts';
import type { DnsFinding } from './types.ts';
import { quoted, zoneLine } from './zone-line.ts';

const EVALUATION_MS = 8_000;
const ADDRESSES_MAX = 4;

export interface Sender {
  /** The domain of the envelope's sender: that is whose record receivers read. */
  domain: string;
  /** Hosts that relay hands its mail to. */
  servers: readonly string[];
  own: OwnHost;
}

/** Rejects with DnsSilentError. */
export async function checkSpf(lookup: Lookup, { domain, servers, own }: Sender): Promise<DnsFinding> {
  const found = (await lookup.txt(domain)).filter((text) => /^v=spf1(?:\s|$)/i.test(text));
  const finding = (state: DnsFinding['state'], text: string, record?: string): DnsFinding => ({
    about: 'spf',
    domain,
    state,
    text,
    ...(record === undefined ? {} : { record }),
  });
  const ways = await Promise.all(servers.map((server) => outgoing(lookup, server, own)));
  const mechanisms = [...new Set(ways.flatMap((way) => way.mechanisms))];
  const [present, second] = found;
  if (second !== undefined) {
    return finding('wrong', `${domain} has ${found.length} SPF records, so receivers go by none: keep one`);
  }
  if (present === undefined) {
    const text = `${domain} has no SPF record: receivers may take pages for forged`;
    return finding('wrong', text, zoneLine(domain, 'TXT', quoted(`v=spf1 ${mechanisms.join(' ')} ~all`)));
  }
  const silent = ways.find((way) => way.addresses.length === 0);
  if (silent !== undefined) {
    return finding(
      'unknown',
      `${domain} has an SPF record; which address ${silent.name} sends from isn't known here`,
    );
  }
  for (const way of ways) {
    for (const address of way.addresses.slice(0, ADDRESSES_MAX)) {
      const { result, comment } = await evaluate(lookup, domain, address);
      if (result === 'pass') continue;
      if (result === 'temperror')
        return finding('unknown', `the SPF record of ${domain} can't be judged: ${comment}`);
      if (result === 'permerror')
        return finding('wrong', `the SPF record of ${domain} is broken: ${comment}`);
      const record = zoneLine(domain, 'TXT', quoted(withMechanisms(present, way.mechanisms)));
      if (way.isOwn) {
        return finding(
          'wrong',
          `the SPF record of ${domain} doesn't let this machine (${address}) send`,
          record,
        );
      }
      return finding(
        'unknown',
        `the SPF record of ${domain} doesn't name ${way.name} (${address}); if its provider sends from other ` +
          'addresses than this one, it says what to include',
        record,
      );
    }
  }
  return finding('ok', `SPF of ${domain} lets ${ways.map((way) => way.name).join(' and ')} send`);
}

interface Way {
  name: string;
  isOwn: boolean;
  addresses: string[];
  mechanisms: string[];
}

/** A server on this machine, or on the same private network, sends with the public address of this place. */
async function outgoing(lookup: Lookup, server: string, own: OwnHost): Promise<Way> {
  const addresses = server === 'localhost' ? ['127.0.0.1'] : await lookup.addresses(server);
  const outside = addresses.filter(isPublicAddress);
  const isOwn = addresses.some((one) => own.addresses.includes(one)) || outside.length < addresses.length;
  if (!isOwn) return { name: server, isOwn, addresses, mechanisms: [`a:${server}`] };
  const mine = publicAddresses(own);
  return {
    name: 'this machine',
    isOwn: true,
    addresses: mine,
    // Behind NAT nobody here knows its address; whoever sets up its name does.
    mechanisms:
      mine.length === 0
        ? [`a:${own.name}`]
        : mine.map((one) => `${one.includes(':') ? 'ip6' : 'ip4'}:${one}`),
  };
}

async function evaluate(
  lookup: Lookup,
  domain: string,
  ip: string,
): Promise<{ result: string; comment: string }> {
  const { spf } = await import('mailauth/lib/spf/index.js');
  const { status } = await spf({
    sender: `relay@${domain}`,
    ip,
    helo: domain,
    mta: domain,
    resolver: lookup.resolve as never,
    maxElapsedTime: EVALUATION_MS,
  });
  return { result: status.result, comment: status.comment ?? '' };
}

/** The record with these before its `all`, or at its end. */
function withMechanisms(record: string, mechanisms: readonly string[]): string {
  const terms = record.trim().split(/\s+/);
  const all = terms.findIndex((term) => /^[-+~?]?all$|^redirect=/i.test(term));
  terms.splice(all === -1 ? terms.length : all, 0, ...mechanisms);
  return terms.join(' ');
}
