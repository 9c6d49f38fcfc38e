/** Mails that are really signed, and the DNS records that go with them. */
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';

/** Short enough for one string of a TXT record; still what receivers accept. */
const KEY_BITS = 1_024;

export interface Signer {
  domain: string;
  /** The TXT record that publishes the key: its name and value. */
  record: [name: string, value: string];
  /** The mail with its signature on top. */
  sign(mail: string): Promise<Buffer>;
}

export function signerOf(domain: string): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: KEY_BITS });
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    domain,
    record: [`TXT s1._domainkey.${domain}`, `v=DKIM1; k=rsa; p=${spki}`],
    async sign(mail) {
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
      const key = { signingDomain: domain, selector: 's1', privateKey: pem };
      const { signatures, errors } = await dkimSign(mail, {
        // Its types ask for one key, its code reads the list.
        ...key,
        signatureData: [key],
      });
      if (signatures === '' || errors.length > 0) throw new Error(`not signed: ${JSON.stringify(errors)}`);
      return Buffer.from(signatures + mail);
    },
  };
}

export const replyFrom = (from: string, text = 'ack'): string =>
  [
    `From: Ana <${from}>`,
    'To: ack+ana.47.abcdefghij234567@alerts.example.com',
    'Subject: Re: [#12] CRITICAL db: disk full on db1',
    'Date: Thu, 27 Nov 2025 14:05:10 +0100',
    'Message-ID: <reply-1@mail.example.com>',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n');
