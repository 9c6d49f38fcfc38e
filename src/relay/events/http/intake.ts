/** What the routes that take alerts share: who may, where it goes, how it is refused. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Log } from '../../engine/ports.ts';
import type { JournalRow } from '../../store/port.ts';
import type { Accept } from '../accept.ts';
import type { Ruler } from '../ruler.ts';
import type { AlertEvent } from '../types.ts';
import { messageOfRequest } from './message.ts';
import { type Refusal, refusalFor } from './refusals.ts';
import type { SnsGate } from './sns/gate.ts';

/** What a request was read as. */
export interface ReadRequest {
  request: FastifyRequest;
  events: AlertEvent[];
  /** As it is kept; no key is in it any more. */
  raw: Uint8Array;
  /** What the team's rules see as its body; absent: all that is kept. */
  body?: Uint8Array;
}

export interface IntakeParts {
  /** Resolves when it is durable, with what the team's rules made of it. Rejects as Accept does. */
  accept(read: ReadRequest): Promise<{ row: JournalRow | undefined; events: AlertEvent[] }>;
  /** The service of a routing key; null: nobody's. Throws StoreUnavailableError where that isn't sure. */
  serviceOf(key: string): string | null;
  log: Log;
  /** Looks at requests of AWS SNS before they are read. */
  sns: Pick<SnsGate, 'look'>;
}

/** The way into the journal, by the team's rules. */
export const ruledAccept =
  (ruler: Ruler, accept: Accept): IntakeParts['accept'] =>
  async ({ request, events: read, raw, body = raw }) => {
    const events = await ruler.apply(() => messageOfRequest(body, request.headers), read);
    const [row] = await accept([{ input: { kind: 'alert', events }, raw }]);
    return { row, events };
  };

/** An API's own words for a refusal. */
export interface Refused {
  code: number;
  body: unknown;
}

/** Has the routes of `app` say what goes wrong in their API's own form. */
export function refuseIn(app: FastifyInstance, log: Log, form: (refusal: Refusal) => Refused): void {
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalFor(error);
    if (refusal.ours)
      log.error(
        {
          remote: request.ip,
          route: request.routeOptions.url,
          error: error instanceof Error ? error.message : String(error),
        },
        `event not accepted: answered ${refusal.code}`,
      );
    if (refusal.retryAfter !== null) void reply.header('retry-after', refusal.retryAfter);
    const { code, body } = form(refusal);
    return reply.code(code).send(body);
  });
}

/** The body as it came; empty where there is none. */
export function bytesOf(request: FastifyRequest): Uint8Array {
  return Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
}
