/**
 * Alerts by HTTP: 202 only when the event is durable. Stage 1 of the way of an alert.
 *
 * - `POST /v2/enqueue`: PagerDuty Events API v2.
 * - `POST /e/KEY`: the service URL, for anything simple: JSON, a form, plain text (`curl -d 'disk full' URL`).
 * - `GET /e/KEY?text=…`: the same for devices that can only fetch a URL.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../engine/ports.ts';
import type { Roster } from '../oncall/types.ts';
import { StoreUnavailableError } from '../store/port.ts';
import type { Accept } from './accept.ts';
import { parseJson, textOf } from './http/body.ts';
import { Gauge } from './http/gauge.ts';
import { HTTP_LIMITS } from './http/limits.ts';
import type { HttpLimits } from './http/limits.ts';
import { readPagerDuty } from './http/pagerduty.ts';
import { type BodyReading, readBody } from './http/read-body.ts';
import { refusalFor } from './http/refusals.ts';
import { readSimple } from './http/simple.ts';
import { KeyBook, redactKey } from './keys.ts';

export { startHttp } from './http/server.ts';
export type { HttpBounds, HttpOptions, RunningHttp } from './http/server.ts';
export type { HttpLimits };

export interface HttpIntakeOptions {
  roster: () => Roster;
  /** False: the roster may be an old one, and a key that it doesn't have is no wrong one for sure. Absent: it is new. */
  rosterIsSure?: () => boolean;
  accept: Accept;
  log: Log;
  limits?: Partial<HttpLimits>;
}

/** The service URL's path for a routing key; what comes before it is where this listener is reached from outside. */
export function servicePath(key: string): string {
  return `/e/${key}`;
}

type Keyed = { Params: { key: string }; Querystring: Record<string, unknown> };

/** The routes above as a plugin of their own: its parsers and limits touch no other route. */
export function httpIntake(options: HttpIntakeOptions): FastifyPluginAsync {
  const limits: HttpLimits = { ...HTTP_LIMITS, ...options.limits };
  const keys = new KeyBook(options.roster);
  const gauge = new Gauge(limits);
  const serviceOf = (key: string): string | null => {
    const service = keys.service(key);
    if (service === null && options.rosterIsSure?.() === false)
      throw new StoreUnavailableError(
        'this host can not read the roster, and the one it kept lacks this key',
      );
    return service;
  };
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: limits.bodyBytes },
      (_request, body, done) => done(null, body),
    );
    app.addHook('onRequest', (request, reply, done) => {
      if (gauge.admit(request.raw, reply.raw)) return done();
      void reply
        .code(429)
        .header('retry-after', limits.retryAfterSeconds)
        .send({ status: 'throttled', message: 'too many requests at once; try again' });
    });
    app.setErrorHandler((error, request, reply) => {
      const refusal = refusalFor(error);
      if (refusal.ours)
        options.log.error(
          {
            remote: request.ip,
            route: request.routeOptions.url,
            error: error instanceof Error ? error.message : String(error),
          },
          `event not accepted: answered ${refusal.code}`,
        );
      if (refusal.retryAfter !== null) void reply.header('retry-after', refusal.retryAfter);
      const status = refusal.code < 500 ? 'invalid event' : 'error';
      return reply.code(refusal.code).send({ status, message: refusal.message, errors: [refusal.message] });
    });

    app.post('/v2/enqueue', async (request, reply) => {
      const raw = bytesOf(request);
      const parsed = parseJson(textOf(raw));
      const reading =
        parsed === null
          ? { errors: ['the body is not valid JSON'] }
          : readPagerDuty(parsed.value, randomUUID);
      if ('errors' in reading) return refuseEvent(reply, reading.errors);
      const service = serviceOf(reading.routingKey);
      if (service === null) return refuseEvent(reply, ["'routing_key' is not a key of any service"]);
      redactKey(raw, reading.routingKey);
      await options.accept([{ input: { kind: 'alert', events: [{ ...reading.event, service }] }, raw }]);
      return reply
        .code(202)
        .send({ status: 'success', message: 'Event processed', dedup_key: reading.event.dedupKey });
    });

    const take = async (
      request: FastifyRequest<Keyed>,
      reply: FastifyReply,
      raw: Uint8Array,
      read: (service: string) => BodyReading,
    ): Promise<FastifyReply> => {
      const service = serviceOf(request.params.key);
      if (service === null)
        return reply.code(404).send({
          status: 'error',
          message: 'this URL is not a service of relay: its key is unknown or no longer valid',
          errors: [],
        });
      const reading = read(service);
      if ('errors' in reading) {
        const message = reading.errors.map((one) => `${one.field} ${one.message}`).join('; ');
        return reply.code(400).send({ status: 'invalid event', message, errors: reading.errors });
      }
      const { events } = reading;
      await options.accept([{ input: { kind: 'alert', events }, raw }]);
      const [event] = events;
      return reply.code(202).send({
        status: 'success',
        message: events.length === 1 ? 'Event accepted' : `${events.length} events accepted`,
        dedup_key: event?.dedupKey,
        action: event?.action,
        service,
      });
    };
    app.post<Keyed>('/e/:key', (request, reply) => {
      const raw = bytesOf(request);
      return take(request, reply, raw, (service) =>
        readBody(raw, request.headers['content-type'] ?? '', service),
      );
    });
    app.get<Keyed>('/e/:key', { exposeHeadRoute: false }, (request, reply) =>
      take(
        request,
        reply,
        Buffer.from(new URLSearchParams(request.url.split('?')[1] ?? '').toString()),
        (service) => {
          const reading = readSimple(request.query, service, 'url');
          return 'errors' in reading ? reading : { events: [reading.event] };
        },
      ),
    );
  };
}

function bytesOf(request: FastifyRequest): Uint8Array {
  return Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
}

function refuseEvent(reply: FastifyReply, errors: string[]): FastifyReply {
  return reply.code(400).send({ status: 'invalid event', message: 'Event object is invalid', errors });
}
