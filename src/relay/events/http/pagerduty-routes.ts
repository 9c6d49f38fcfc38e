/** PagerDuty's Events APIs: v2 and its change events, and v1. Success only when the event is durable. */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { redactKey } from '../keys.ts';
import { parseJson, textOf } from './body.ts';
import { bytesOf, type IntakeParts, refuseIn } from './intake.ts';
import { type PagerDutyReading, readPagerDuty } from './pagerduty.ts';
import { readPagerDutyChange } from './pagerduty-change.ts';
import { readPagerDutyV1 } from './pagerduty-v1.ts';
import type { Refusal } from './refusals.ts';

/** How one of the APIs reads and answers. */
interface Dialect {
  read(value: unknown): PagerDutyReading;
  wrongKey: string;
  success(dedupKey: string): { code: number; body: Record<string, unknown> };
}

const V2: Dialect = {
  read: (value) => readPagerDuty(value, randomUUID),
  wrongKey: "'routing_key' is not a key of any service",
  success: (dedupKey) => ({
    code: 202,
    body: { status: 'success', message: 'Event processed', dedup_key: dedupKey },
  }),
};
const CHANGE: Dialect = {
  ...V2,
  read: (value) => readPagerDutyChange(value),
  success: () => ({ code: 202, body: { status: 'success', message: 'Change event processed' } }),
};
const V1: Dialect = {
  read: (value) => readPagerDutyV1(value, randomUUID),
  wrongKey: 'Service key is not a key of any service',
  // Its clients take 200 and nothing else for success.
  success: (dedupKey) => ({
    code: 200,
    body: { status: 'success', message: 'Event processed', incident_key: dedupKey },
  }),
};

export function pagerDutyRoutes(parts: IntakeParts): FastifyPluginAsync {
  const taken =
    (dialect: Dialect) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const raw = bytesOf(request);
      const parsed = parseJson(textOf(raw));
      const reading =
        parsed === null ? { errors: ['the body is not valid JSON'] } : dialect.read(parsed.value);
      if ('errors' in reading) return invalidEvent(reply, reading.errors);
      const service = parts.serviceOf(reading.routingKey);
      if (service === null) return invalidEvent(reply, [dialect.wrongKey]);
      redactKey(raw, reading.routingKey);
      await parts.accept({ request, events: [{ ...reading.event, service }], raw });
      const { code, body } = dialect.success(reading.event.dedupKey);
      return reply.code(code).send(body);
    };
  return async (app) => {
    app.post('/v2/enqueue', taken(V2));
    app.post('/v2/change/enqueue', taken(CHANGE));
    await app.register(async (older) => {
      refuseIn(older, parts.log, (refusal) => ({ code: v1Code(refusal), body: eventRefusal(refusal) }));
      older.post('/generic/2010-04-15/create_event.json', taken(V1));
    });
  };
}

function invalidEvent(reply: FastifyReply, errors: string[]): FastifyReply {
  return reply.code(400).send({ status: 'invalid event', message: 'Event object is invalid', errors });
}

/** A refusal as the Events APIs write it. */
export const eventRefusal = ({ code, message }: Refusal): Record<string, unknown> => ({
  status: code === 429 ? 'throttled' : code < 500 ? 'invalid event' : 'error',
  message,
  errors: [message],
});

/**
 * v1 knows no 429 and no 413: for "try again" its clients know 403 and 5xx, of which every other client knows only the
 * latter; for "never" they know 400.
 */
const v1Code = ({ code }: Refusal): number => (code === 429 ? 503 : code === 413 ? 400 : code);
