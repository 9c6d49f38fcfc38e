/** What the domain's DNS must say so that alerts find all hosts: printed by plan, for a person to enter. Pure. */
import type { HostSpec, Inventory } from '../types.ts';

export interface DnsRecord {
  /** With the final dot, as in a zone file. */
  name: string;
  type: 'MX' | 'A' | 'AAAA' | 'TXT';
  value: string;
  /** Why it is wanted, where that isn't plain. */
  note: string | null;
}

/**
 * The first host of each provider; the others come behind: so whoever fails at one host tries another provider next.
 * Among equals a sender picks by chance (RFC 5321, section 5.1), which spreads the load.
 */
const PREFERENCES = { first: 10, further: 20 } as const;

/** In the order in which they are best entered: addresses, then what names them. */
export function dnsRecords(inventory: Inventory): DnsRecord[] {
  const { domain, publicUrl, hosts } = inventory;
  const web = publicUrl === null ? null : (URL.parse(publicUrl)?.hostname ?? null);
  return [
    ...hosts.map((host) => addressRecord(nameOf(inventory, host), host, null)),
    ...hosts.map((host, index) => {
      const before = hosts.slice(0, index).some(({ provider }) => provider === host.provider);
      const preference = before ? PREFERENCES.further : PREFERENCES.first;
      return record(domain, 'MX', `${preference} ${nameOf(inventory, host)}.`, null);
    }),
    ...(web === null || !/[a-z]/iu.test(web)
      ? []
      : hosts.map((host) => addressRecord(web, host, 'publicUrl: whoever posts tries the next one'))),
    ...spf(inventory),
  ];
}

/** As lines of a zone file, in columns. */
export function dnsText(records: readonly DnsRecord[]): string {
  const width = Math.max(0, ...records.map(({ name }) => name.length));
  return records
    .map(({ name, type, value, note }) => {
      const line = `${name.padEnd(width)}  ${type.padEnd(4)}  ${value}`;
      return note === null ? line : `${line}  ; ${note}`;
    })
    .join('\n');
}

const nameOf = ({ domain }: Inventory, host: HostSpec): string => host.mailName ?? `${host.name}.${domain}`;

const record = (name: string, type: DnsRecord['type'], value: string, note: string | null): DnsRecord => ({
  name: `${name}.`,
  type,
  value,
  note,
});

const addressRecord = (name: string, { address }: HostSpec, note: string | null): DnsRecord =>
  record(name, address.includes(':') ? 'AAAA' : 'A', address, note);

/** Pages go out through `mail.url`: that server must be allowed to send for the domain that they come from. */
function spf({ relay }: Inventory): DnsRecord[] {
  const mail = relay['mail'];
  if (typeof mail !== 'object' || mail === null) return [];
  const from = 'from' in mail && typeof mail.from === 'string' ? mail.from : '';
  const domain = /@(?<domain>[^@>\s]+)>?$/u.exec(from)?.groups?.['domain'];
  const servers: unknown[] = 'servers' in mail && Array.isArray(mail.servers) ? mail.servers : [];
  const urls = [mail, ...servers].map((one) =>
    typeof one === 'object' && one !== null && 'url' in one ? one.url : undefined,
  );
  const named = urls.flatMap((url) => (typeof url === 'string' ? (URL.parse(url)?.hostname ?? []) : []));
  const allowed = [...new Set(named)].flatMap(mechanismOf);
  if (domain === undefined || allowed.length === 0) return [];
  const note = `where ${domain} has such a record already: put ${allowed.join(' ')} into it`;
  return [record(domain, 'TXT', `"v=spf1 ${allowed.join(' ')} ~all"`, note)];
}

function mechanismOf(server: string): string[] {
  const bare = server.replace(/^\[|\]$/gu, '');
  if (bare === 'localhost' || bare === '::1' || bare.startsWith('127.')) return [];
  if (bare.includes(':')) return [`ip6:${bare}`];
  return [/^[\d.]+$/u.test(bare) ? `ip4:${bare}` : `a:${bare}`];
}
