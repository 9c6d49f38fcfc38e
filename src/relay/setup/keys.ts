/** The keys of an installation: made once, kept, never shown. */
import { X509Certificate, createPrivateKey, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownCertificate, tokenKeyFile } from '../config/paths.ts';
import { replaceFile, writeNew } from './write-whole.ts';

export interface KeyFiles {
  /** Signs the tokens in reply addresses. */
  tokenKey: string;
  /** The bearer token of the control API over the network. */
  apiToken: string;
  tls: { certFile: string; keyFile: string };
}

export const keyFilesIn = (keyDir: string): KeyFiles => ({
  tokenKey: tokenKeyFile(keyDir),
  apiToken: join(keyDir, 'api.token'),
  tls: ownCertificate(keyDir),
});

const CERTIFICATE_YEARS = 10;

/** Makes the keys that are missing; says whether it made any. `nowMs` dates the certificate. */
export async function makeKeys(keyDir: string, domain: string, nowMs: number): Promise<boolean> {
  await mkdir(keyDir, { recursive: true, mode: 0o700 });
  await chmod(keyDir, 0o700);
  const files = keyFilesIn(keyDir);
  const made = [
    await writeNew(files.tokenKey, randomBytes(32), 0o600),
    await writeNew(files.apiToken, `${randomBytes(32).toString('base64url')}\n`, 0o600),
    await makeCertificate(files.tls, domain, nowMs),
  ];
  return made.includes(true);
}

/**
 * A self-signed certificate for STARTTLS: mail servers encrypt with it, though none can tell by it who we are. Key and
 * certificate must belong together, so a pair left half-made by a crash is made anew.
 */
async function makeCertificate(tls: KeyFiles['tls'], domain: string, nowMs: number): Promise<boolean> {
  if (await isPair(tls)) return false;
  const { generate } = await import('selfsigned');
  const notAfter = new Date(nowMs);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + CERTIFICATE_YEARS);
  const made = await generate([{ name: 'commonName', value: domain }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs),
    notAfterDate: notAfter,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: domain }] },
    ],
  });
  await replaceFile(tls.keyFile, made.private, 0o600);
  await replaceFile(tls.certFile, made.cert, 0o644);
  return true;
}

async function isPair(tls: KeyFiles['tls']): Promise<boolean> {
  try {
    const [cert, key] = await Promise.all([readFile(tls.certFile), readFile(tls.keyFile)]);
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
