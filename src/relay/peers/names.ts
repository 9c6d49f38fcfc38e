/** Who the other side is: the names in its certificate, which the cluster's authority has signed. */
import type { X509Certificate } from 'node:crypto';

/** PEM texts: the cluster's authority, this host's certificate and its key. */
export interface PeerTls {
  ca: string;
  cert: string;
  key: string;
}

/** Spoken by both sides or by none: TLS itself refuses a link of another kind. */
export const PROTOCOL = 'relay-peer/1';

/** The least that both sides take. */
export const TLS_MIN_VERSION = 'TLSv1.2';

/** Which of these hosts a certificate names, as its common name or a DNS name. A wildcard names no host. */
export function hostsNamed(certificate: X509Certificate, hosts: readonly string[]): string[] {
  return hosts.filter(
    (host) => certificate.checkHost(host, { subject: 'always', wildcards: false }) !== undefined,
  );
}

/** What a certificate calls itself, for a refusal. */
export const namesIn = (certificate: X509Certificate): string =>
  [certificate.subject.replaceAll('\n', ', '), certificate.subjectAltName].filter(Boolean).join('; ') ||
  'no name';
