/** AWS SNS for a test: it signs with a certificate of its own, and its pages lie on loopback. */
import { createSign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { type FetchPage, fetchPage } from '../../../src/relay/events/http/sns/fetch-page.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';
const HOST = 'https://sns.eu-central-1.amazonaws.com';

export interface SnsStandIn {
  /** Every address that was asked for, path and query. */
  readonly asked: string[];
  /** What the pages answer with. */
  pages: Record<string, { status: number; body: string }>;
  /** Leads AWS' addresses to loopback. */
  fetchPage: FetchPage;
  /** A signed message. */
  message(fields?: Record<string, unknown>, version?: '1' | '2'): Record<string, unknown>;
  close(): Promise<void>;
}

export const CERTIFICATE_PATH = '/SimpleNotificationService-0123456789abcdef.pem';
export const SUBSCRIBE_PATH = `/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`;
export const alarm = (state = 'ALARM'): string =>
  JSON.stringify({
    AlarmName: 'web1-cpu-high',
    NewStateValue: state,
    AWSAccountId: '123456789012',
    Region: 'EU (Frankfurt)',
  });
export const CONFIRMATION = {
  Type: 'SubscriptionConfirmation',
  Message: 'You have chosen to subscribe',
  Token: '2336412f37',
  SubscribeURL: `${HOST}${SUBSCRIBE_PATH}`,
};

export async function startSns(): Promise<SnsStandIn> {
  const made = await generate([{ name: 'commonName', value: 'sns.amazonaws.com' }], { keySize: 2048 });
  const asked: string[] = [];
  const pages: SnsStandIn['pages'] = {
    [CERTIFICATE_PATH]: { status: 200, body: made.cert },
    [SUBSCRIBE_PATH]: { status: 200, body: '<ConfirmSubscriptionResponse/>' },
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const { status, body } = pages[path] ?? { status: 404, body: '' };
    response.writeHead(status, status === 302 ? { location: CERTIFICATE_PATH } : {}).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    pages,
    fetchPage: (url, bounds) =>
      fetchPage(new URL(`${url.pathname}${url.search}`, `http://127.0.0.1:${port}`), bounds),
    message: (fields = {}, version = '1') => {
      const message: Record<string, unknown> = {
        Type: 'Notification',
        MessageId: 'b440b457-986f-579d-8aa9-cae85fc06047',
        TopicArn: TOPIC,
        Message: alarm(),
        Timestamp: '2026-11-22T05:41:07.555Z',
        SignatureVersion: version,
        SigningCertURL: `${HOST}${CERTIFICATE_PATH}`,
        ...fields,
      };
      return { ...message, Signature: sign(message, version, made.private) };
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** As AWS documents it, written anew: what is signed, in the order of the names. */
function sign(message: Record<string, unknown>, version: '1' | '2', key: string): string {
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names
    .filter((name) => name in message)
    .map((name) => `${name}\n${String(message[name])}\n`)
    .join('');
  return createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
    .update(text)
    .sign(key, 'base64');
}
