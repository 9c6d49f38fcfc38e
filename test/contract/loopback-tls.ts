/** A certificate for 127.0.0.1 that this process trusts while a test runs. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';

export interface LoopbackTls {
  key: string;
  cert: string;
  /** Takes the trust away again. */
  distrust(): void;
}

/** Makes the certificate and trusts it for the whole process until `distrust`. */
export async function loopbackTls(): Promise<LoopbackTls> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, made.cert]);
  return { key: made.private, cert: made.cert, distrust: () => setDefaultCACertificates(before) };
}
