/** `relay tail`: what is committed, as it is committed. */
import type { FastifyInstance } from 'fastify';
import { wholeNumber } from '../fields.ts';
import type { Tails } from '../tail.ts';

interface TailQuery {
  since?: string;
  incident?: string;
  person?: string;
}

export function tailRoutes(app: FastifyInstance, tails: Tails): void {
  app.get<{ Querystring: TailQuery }>('/v1/tail', (request, reply) => {
    const { since, incident, person } = request.query;
    const filter = {
      sinceMs: since === undefined ? null : wholeNumber(since, 'since'),
      incident: incident === undefined ? null : wholeNumber(incident, 'incident', 1),
      person: person ?? null,
    };
    reply.hijack();
    tails.follow(reply.raw, filter);
  });
}
