/** An authority made for one cluster, and a certificate for each of its nodes, as PEM files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { ClusterNode } from './plan.ts';

/** Writes `ca.pem` to `dir` and `node.pem` (key and certificate) to each node's folder. Gives the path of the former. */
export async function writeCertificates(dir: string, nodes: readonly ClusterNode[]): Promise<string> {
  const authority = await generate([{ name: 'commonName', value: 'Relay test nodes' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const caFile = join(dir, 'ca.pem');
  writeFileSync(caFile, authority.cert);
  for (const { name, address, dir: folder } of nodes) {
    // Each its own, with nothing but its address: a client that is led to the wrong node notices.
    const made = await generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: address }] },
      ],
    });
    writeFileSync(join(folder, 'node.pem'), `${made.private.trim()}\n${made.cert.trim()}\n`, { mode: 0o600 });
    writeFileSync(join(folder, 'trust.pem'), authority.cert);
  }
  return caFile;
}
