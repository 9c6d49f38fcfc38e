/** The URL of a service, for anything simple: the key in the path, or in a header where the path must hold no secret. */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { redactKey } from '../keys.ts';
import { readByShape } from './by-shape.ts';
import { keyIn } from './credentials.ts';
import { bytesOf, type IntakeParts } from './intake.ts';
import { type BodyReading, readQuery } from './read-body.ts';

type Keyed = { Params: { key: string }; Querystring: Record<string, unknown> };

export function serviceUrlRoutes(parts: IntakeParts): FastifyPluginAsync {
  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    service: string,
    raw: Uint8Array,
    reading: BodyReading,
  ): Promise<FastifyReply> => {
    if ('errors' in reading) {
      const message = reading.errors.map((one) => `${one.field} ${one.message}`).join('; ');
      return reply.code(400).send({ status: 'invalid event', message, errors: reading.errors });
    }
    const { events } = await parts.accept({ request, events: reading.events, raw });
    const [event] = events;
    return reply.code(202).send({
      status: 'success',
      message: events.length === 1 ? 'Event accepted' : `${events.length} events accepted`,
      dedup_key: event?.dedupKey,
      action: event?.action,
      service: event?.service ?? service,
    });
  };

  const takePosted = async (
    request: FastifyRequest,
    reply: FastifyReply,
    service: string,
  ): Promise<FastifyReply> => {
    const raw = bytesOf(request);
    const passed = await parts.sns.look(raw, request.headers['x-amz-sns-rawdelivery'] === 'true');
    if (!passed.pass) {
      if (passed.retryAfterSeconds !== undefined) void reply.header('retry-after', passed.retryAfterSeconds);
      const status = passed.code < 500 ? 'invalid event' : 'error';
      return reply.code(passed.code).send({ status, message: passed.message, errors: [] });
    }
    const { reading, key } = readByShape(raw, request.headers['content-type'] ?? '', {
      service,
      freshKey: randomUUID,
      keyGiven: true,
    });
    if (key !== '') redactKey(raw, key);
    return take(request, reply, service, raw, noted(reading, passed.note));
  };

  return async (app) => {
    const queried = (
      request: FastifyRequest<Keyed>,
      reply: FastifyReply,
      service: string,
    ): Promise<FastifyReply> => {
      const raw = Buffer.from(new URLSearchParams(request.url.split('?')[1] ?? '').toString());
      return take(request, reply, service, raw, readQuery(request.query, service));
    };
    const posted = async (request: FastifyRequest<Keyed>, reply: FastifyReply): Promise<FastifyReply> => {
      const service = parts.serviceOf(request.params.key);
      if (service === null) return noService(reply);
      // UptimeRobot and others put all of it into the address, and post nothing.
      const isEmpty = bytesOf(request).length === 0 && Object.keys(request.query).length > 0;
      return isEmpty ? queried(request, reply, service) : takePosted(request, reply, service);
    };
    app.post<Keyed>('/e/:key', posted);
    // What PagerDuty calls the integration URL of tools that send a body of their own.
    app.post<Keyed>('/integration/:key/enqueue', posted);
    app.get<Keyed>('/e/:key', { exposeHeadRoute: false }, async (request, reply) => {
      const service = parts.serviceOf(request.params.key);
      return service === null ? noService(reply) : queried(request, reply, service);
    });
    const keyInHeader = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const key = keyIn(request.headers.authorization, SCHEMES);
      const service = key === null ? null : parts.serviceOf(key);
      if (service !== null) return takePosted(request, reply, service);
      const message = 'send the routing key of a service as Authorization: Bearer KEY, or as a password';
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .send({ status: 'error', message, errors: [] });
    };
    // Tools that complete addresses write the second.
    for (const url of ['/e', '/e/']) app.post(url, keyInHeader);
  };
}

/** Each event says in its reason what is known of the request. */
function noted(reading: BodyReading, note: string | null): BodyReading {
  if (note === null || 'errors' in reading) return reading;
  return {
    events: reading.events.map((event) => ({
      ...event,
      reason: event.reason === undefined ? note : `${event.reason}; ${note}`,
    })),
  };
}

const SCHEMES = ['bearer', 'basic', 'geniekey'];

function noService(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({
    status: 'error',
    message: 'this URL is not a service of relay: its key is unknown or no longer valid',
    errors: [],
  });
}
