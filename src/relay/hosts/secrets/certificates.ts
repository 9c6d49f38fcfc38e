/** The cluster's own authority and what it signs. ECDSA P-256; all as PEM texts. */
import { randomBytes, X509Certificate } from 'node:crypto';

export interface Authority {
  cert: string;
  key: string;
}

/** What a host proves its name and addresses by. */
export interface HostIdentity {
  /** CN, and the first DNS name: peers go by it. */
  name: string;
  dnsNames: readonly string[];
  addresses: readonly string[];
}

const DAY_MS = 86_400_000;
export const AUTHORITY_DAYS = 3_652;
/** What programs take at most of a server's certificate (CA/Browser Forum, before 2020; Apple to this day). */
export const HOST_DAYS = 825;
/** This long before their end they are made anew. */
export const RENEWED_BEFORE_DAYS = 60;
/** Hosts whose clocks are behind must be able to use what was signed just now. */
const BACKDATED_MS = DAY_MS;

/**
 * An authority that signs hosts' certificates, from `nowMs` for ten years. Each has a name of its own: of two with the
 * same name OpenSSL would try only one, and hosts trust both while one replaces the other.
 */
export async function makeAuthority(of: string, nowMs: number): Promise<Authority> {
  const { generate } = await import('selfsigned');
  const made = await generate(
    [{ name: 'commonName', value: `${of} authority ${randomBytes(4).toString('hex')}` }],
    {
      ...CURVE,
      ...validity(nowMs, AUTHORITY_DAYS),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    },
  );
  return { cert: pem(made.cert), key: pem(made.private) };
}

/** A host's certificate, for calling and for being called. `authority.cert` may be followed by others. */
export async function signHost(authority: Authority, host: HostIdentity, nowMs: number): Promise<Authority> {
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: host.name }], {
    ...CURVE,
    ...validity(nowMs, HOST_DAYS),
    ca: { cert: firstOf(authority.cert), key: authority.key },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...namesOf(host).map((value) => ({ type: 2 as const, value })),
          ...host.addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert: pem(made.cert), key: pem(made.private) };
}

const CURVE = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

const validity = (nowMs: number, days: number): { notBeforeDate: Date; notAfterDate: Date } => ({
  notBeforeDate: new Date(nowMs - BACKDATED_MS),
  notAfterDate: new Date(nowMs - BACKDATED_MS + days * DAY_MS),
});

const namesOf = ({ name, dnsNames }: HostIdentity): string[] => [...new Set([name, ...dnsNames])];

/** Why a host's certificate has to be made anew, in words; null: it is good. */
export function whyRenew(
  cert: string,
  authorityCert: string,
  host: HostIdentity,
  nowMs: number,
): string | null {
  const own = new X509Certificate(cert);
  const authority = new X509Certificate(firstOf(authorityCert));
  if (!own.checkIssued(authority) || !own.verify(authority.publicKey)) return 'another authority signed it';
  const days = Math.floor((Date.parse(own.validTo) - nowMs) / DAY_MS);
  if (days < 0) return 'it has ended';
  if (days < RENEWED_BEFORE_DAYS) return `it ends in ${days} days`;
  const missing = namesOf(host).find((name) => own.checkHost(name, { subject: 'never' }) === undefined);
  if (missing !== undefined) return `it doesn't name ${missing}`;
  const unknown = host.addresses.find((address) => own.checkIP(address) === undefined);
  return unknown === undefined ? null : `it doesn't name ${unknown}`;
}

/** When a certificate ends, as milliseconds since 1970. */
export const endOf = (cert: string): number => Date.parse(new X509Certificate(firstOf(cert)).validTo);

/** The first certificate of several in one text. */
export const firstOf = (certs: string): string =>
  pem(`${certs.split('-----END CERTIFICATE-----')[0] ?? ''}-----END CERTIFICATE-----`);

const pem = (text: string): string => `${text.trim().replaceAll('\r\n', '\n')}\n`;
