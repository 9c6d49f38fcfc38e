/**
 * Stands before a relay and refuses each call once, as relay itself refuses it: what a client does then is its own. By https,
 * with the certificate that clients are told to believe.
 */
import { createServer } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { refused } from '../../src/relay/events/http/opsgenie/answers.ts';
import { eventRefusal } from '../../src/relay/events/http/pagerduty-routes.ts';
import { refusalFor, ThrottledError } from '../../src/relay/events/http/refusals.ts';
import { ClosingError } from '../../src/relay/events/accept.ts';
import { startRelay, type Relay } from '../e2e/harness/relay.ts';
import { makeCertificate, type Certificate } from './https-relay.ts';
import type { Made } from './made.ts';
import { talkTo, type Talk } from './talk.ts';

export interface RefusingOnce {
  url: string;
  /** Method and path of each call, with what was answered. */
  calls: string[];
}

const WHY = {
  throttled: () => new ThrottledError(1),
  closing: () => new ClosingError('relay is shutting down'),
};

export type Refusal = keyof typeof WHY;

/** `to`: relay's own address. */
async function refusingOnce(
  why: Refusal,
  to: string,
  { cert, key }: Pick<Certificate, 'cert' | 'key'>,
): Promise<RefusingOnce> {
  const calls: string[] = [];
  const known = new Set<string>();
  const refusal = refusalFor(WHY[why]());
  const server = createServer({ cert, key }, (request, response) => {
    void (async () => {
      const body = await buffer(request);
      const { method = '', url = '' } = request;
      const call = `${method} ${url.split('?')[0]}`;
      if (!known.has(call)) {
        known.add(call);
        const said = url.startsWith('/v2/alerts') ? refused(refusal).body : eventRefusal(refusal);
        calls.push(`${call} ${refusal.code}`);
        response.writeHead(refusal.code, {
          'content-type': 'application/json; charset=utf-8',
          'retry-after': String(refusal.retryAfter),
        });
        response.end(JSON.stringify(said));
        return;
      }
      const answer = await fetch(`${to}${url}`, {
        method,
        headers: headersOf(request),
        ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
      });
      calls.push(`${call} ${answer.status}`);
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, calls };
}

/** With their codes. */
export const REFUSALS: [Refusal, number][] = [
  ['throttled', 429],
  ['closing', 503],
];

/** Clients' own waits between tries are random, and some seconds long. */
export const PATIENT_MS = 180_000;

/** A relay behind this, and a client that is led to it. */
export async function clientRefused(
  made: Made,
  why: Refusal,
): Promise<{ relay: Relay; before: RefusingOnce; client: Talk }> {
  const [relay, certificate] = await Promise.all([startRelay(), makeCertificate()]);
  const before = await refusingOnce(why, relay.http, certificate);
  const env = {
    RELAY_URL: before.url,
    RELAY_KEY: relay.db.routingKey ?? '',
    RELAY_CA: certificate.certFile,
  };
  return { relay, before, client: talkTo(made, env) };
}

/** Those that say what is asked, and by whom. */
const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    (['authorization', 'content-type', 'accept', 'user-agent'] as const).flatMap(
      (name): [string, string][] => {
        const value = headers[name];
        return value === undefined ? [] : [[name, value]];
      },
    ),
  );
