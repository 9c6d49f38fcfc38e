/** The certificates of a cluster's hosts, for tests and a local cluster: an authority of its own, and one for each name. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** All as PEM texts. */
export interface Authority {
  cert: string;
  key: string;
}

/** What one host needs to speak to the others; all as PEM texts. */
export interface HostTls {
  ca: string;
  cert: string;
  key: string;
}

/** An authority that signs hosts' certificates; valid for a year. */
export async function makeAuthority(name = 'Relay test cluster'): Promise<Authority> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** A host's certificate, for calling and for being called. The names are the host's only proof of who it is. */
export async function makeHostTls(authority: Authority, ...names: [string, ...string[]]): Promise<HostTls> {
  const made = await generate([{ name: 'commonName', value: names[0] }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
    ],
  });
  return { ca: authority.cert, cert: made.cert, key: made.private };
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
