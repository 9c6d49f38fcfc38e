/** `relay tail`: what is committed, as it is committed. */
import { HAPPENING } from '../schemas/incidents.ts';
import { queryWhole, text } from '../table/given.ts';
import { HIJACKED, get, type Route } from '../table/route.ts';
import type { Tails } from '../tail.ts';

/** The call /v1/tail. */
export const tailRoutes = (tails: Tails): Route[] => [
  get(
    '/v1/tail',
    {
      name: 'follow',
      summary: 'What happens, as it happens: one JSON object a line, kept open.',
      description: 'Of several hosts, what the one that is asked commits.',
      query: {
        since: queryWhole(0, 'With what is remembered since then, in milliseconds since 1970.'),
        incident: queryWhole(1, 'Only this one.'),
        person: text(64, 'Only what concerns this person.'),
      },
      answer: HAPPENING,
      media: 'application/x-ndjson',
    },
    ({ query: { since, incident, person }, reply }) => {
      reply.hijack();
      tails.follow(reply.raw, {
        sinceMs: since ?? null,
        incident: incident ?? null,
        person: person ?? null,
      });
      return HIJACKED;
    },
  ),
];
