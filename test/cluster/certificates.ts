/** The certificates of a cluster's hosts, for tests and a local cluster: an authority of its own, and one for each name. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAuthority as newAuthority, signHost } from '../../src/relay/hosts/secrets/certificates.ts';
import type { Authority } from '../../src/relay/hosts/secrets/certificates.ts';

export type { Authority };

/** What one host needs to speak to the others; all as PEM texts. */
export interface HostTls {
  ca: string;
  cert: string;
  key: string;
}

/** An authority that signs hosts' certificates. */
export const makeAuthority = (name = 'Relay test cluster'): Promise<Authority> =>
  newAuthority(name, Date.now());

/** A host's certificate, for calling and for being called. The names are the host's only proof of who it is. */
export async function makeHostTls(
  authority: Authority,
  ...[name, ...dnsNames]: [string, ...string[]]
): Promise<HostTls> {
  const made = await signHost(authority, { name, dnsNames, addresses: [] }, Date.now());
  return { ca: authority.cert, ...made };
}

/** `ca.pem`, `host.pem` and `host.key` in `dir`, as `cluster.tls` names them. */
export function writeHostTls(
  dir: string,
  tls: HostTls,
): { caFile: string; certFile: string; keyFile: string } {
  mkdirSync(dir, { recursive: true });
  const files = {
    caFile: join(dir, 'ca.pem'),
    certFile: join(dir, 'host.pem'),
    keyFile: join(dir, 'host.key'),
  };
  writeFileSync(files.caFile, tls.ca);
  writeFileSync(files.certFile, tls.cert);
  writeFileSync(files.keyFile, tls.key, { mode: 0o600 });
  return files;
}
