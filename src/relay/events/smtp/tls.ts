/** Checks a certificate before it is used, so that a wrong file is an error now and not a failed handshake at night. */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import defaults from 'smtp-server/lib/tls-options.js';

export interface Pem {
  cert: string;
  key: string;
}

/** Throws when certificate and key don't belong together, or are the ones that smtp-server brings for tests. */
export function checkPem(pem: Pem, setting = 'smtp.tls'): void {
  if (pem.cert.trim() === '' || pem.key.trim() === '')
    throw new Error('TLS needs both a certificate and its key in PEM form; one of the files is empty');
  const certificate = new X509Certificate(pem.cert);
  const key = createPrivateKey(pem.key);
  if (!certificate.checkPrivateKey(key))
    throw new Error(`the TLS key does not belong to the certificate; check ${setting}`);
  const known = defaults({}).key;
  const shared = createPublicKey(createPrivateKey(known as string)).export({ type: 'spki', format: 'der' });
  const ours = createPublicKey(key).export({ type: 'spki', format: 'der' });
  if (shared.equals(ours))
    throw new Error("this TLS key is smtp-server's test key, which everybody knows; make another");
}
