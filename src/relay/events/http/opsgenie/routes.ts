/** Opsgenie's alert API, under /v2/alerts: 202 only when what was asked for is durable. */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { lineageKey } from '../../../incidents/rows.ts';
import type { Roster } from '../../../oncall/types.ts';
import type { Accept, NewInput } from '../../accept.ts';
import { type Fields, objectIn } from '../../formats/fields.ts';
import type { AlertEvent } from '../../types.ts';
import { fieldsOf, parseJson, textOf } from '../body.ts';
import { bytesOf, type IntakeParts, refuseIn } from '../intake.ts';
import { rawOf } from '../whole-request.ts';
import { readAct } from './act.ts';
import { Alerts, type AlertsPort } from './alerts.ts';
import { alertOf, answer, invalid, refused } from './answers.ts';
import { NOT_AUTHENTICATED, serviceOfGenieKey } from './auth.ts';
import { type Call, callOf, type Target, type Verb } from './call.ts';
import { readCreate } from './create.ts';
import { alertIdOf, keyInId, keyOf, requestIdOf } from './ids.ts';
import { actorOf, orderOf } from './orders.ts';
import { searchOf } from './search.ts';

/** One request on its way, of a caller that is known. */
interface Asked {
  request: FastifyRequest;
  reply: FastifyReply;
  service: string;
  requestId: string;
}

const LIST = { limit: 20, limitMax: 100, offsetMax: 20_000 };

/** A plugin of its own: its refusals have Opsgenie's form. */
export function opsgenieRoutes(
  parts: IntakeParts & { alerts: AlertsPort; roster: () => Roster; decide: Accept },
): FastifyPluginAsync {
  const alerts = new Alerts(parts.alerts);

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const requestId = randomUUID();
    const service = serviceOfGenieKey(request.headers.authorization, parts.serviceOf);
    if (service === null)
      return answer(reply.header('www-authenticate', 'GenieKey'), 401, requestId, {
        message: NOT_AUTHENTICATED,
      });
    const asked = { request, reply, service, requestId };
    const call = callOf(request.method, request.raw.url ?? '');
    switch (call.kind) {
      case 'create':
      case 'act':
        return take(asked, call);
      case 'get': {
        const dedupKey = await keyOfTarget(asked, call.target);
        const found = dedupKey === null ? null : await alerts.alert(service, dedupKey);
        return found === null
          ? notFound(asked, call.target)
          : answer(reply, 200, requestId, { data: found.shown });
      }
      case 'status':
        return status(asked, call.requestId);
      case 'list':
      case 'count':
        return list(asked, call);
      case 'unknown':
        return answer(reply, 404, requestId, { message: call.why });
    }
  };

  const keyOfTarget = async ({ service }: Asked, { by, value }: Target): Promise<string | null> => {
    if (by !== 'tiny') return keyOf(by, value);
    return (await alerts.numbered(service, Number(value)))?.dedupKey ?? null;
  };

  const notFound = ({ reply, requestId }: Asked, { by, value }: Target): FastifyReply =>
    answer(reply, 404, requestId, { message: `Alert with ${by} [${value.slice(0, 512)}] does not exist` });

  const take = async (
    asked: Asked,
    call: Extract<Call, { kind: 'create' | 'act' }>,
  ): Promise<FastifyReply> => {
    const { request, reply, service, requestId } = asked;
    const text = textOf(bytesOf(request));
    const parsed = text.trim() === '' ? { value: {} } : parseJson(text);
    const fields = fieldsOf(parsed?.value);
    if (fields === null && call.kind === 'create')
      return answer(reply, 422, requestId, invalid(["'body' must be one JSON object"]));
    let event: Omit<AlertEvent, 'service'>;
    let order: NewInput | null = null;
    if (call.kind === 'create') {
      const reading = readCreate(fields ?? {}, () => requestId);
      if ('errors' in reading) return answer(reply, 422, requestId, invalid(reading.errors));
      ({ event } = reading);
    } else {
      const dedupKey = await keyOfTarget(asked, call.target);
      if (dedupKey === null) return notFound(asked, call.target);
      event = readAct(call.verb, dedupKey, objectIn(fields));
      order = await ordered(asked, call.verb, dedupKey, objectIn(fields));
    }
    const row =
      order === null
        ? (
            await parts.accept({
              request,
              events: [{ ...event, service }],
              raw: rawOf(request),
              body: bytesOf(request),
            })
          ).row
        : (await parts.decide(withNote(order, { ...event, service }))).at(-1);
    if (row !== undefined) alerts.taken(service, event.dedupKey, row.id);
    return answer(reply, 202, requestIdOf(event.dedupKey, requestId), {
      result: 'Request will be processed',
    });
  };

  /** Null: it is none, or there is nothing open that it could be about. */
  const ordered = async (
    { request, service }: Asked,
    verb: Verb,
    dedupKey: string,
    fields: Fields,
  ): Promise<NewInput | null> => {
    const order = orderOf(verb, fields, parts.roster(), parts.alerts.nowMs());
    const incident = order === null ? undefined : (await alerts.alert(service, dedupKey))?.incident;
    if (order === null || incident === undefined || incident.status === 'resolved') return null;
    const lineage = lineageKey(service, dedupKey);
    const { number } = incident;
    return {
      input: { kind: 'order', number, lineage, actor: actorOf(fields), order },
      raw: rawOf(request),
    };
  };

  /** Accepted is durable: what was asked for will be done, whatever breaks. */
  const status = async ({ reply, service, requestId }: Asked, askedFor: string): Promise<FastifyReply> => {
    const dedupKey = keyInId(askedFor);
    if (dedupKey === null)
      return answer(reply, 404, requestId, { message: 'Request not found. It might not be processed, yet.' });
    const incident = (await alerts.alert(service, dedupKey))?.incident;
    const open = incident?.status === 'resolved' ? 'closed' : 'open';
    return answer(reply, 200, requestId, {
      data: {
        success: true,
        isSuccess: true,
        processedAt: new Date(parts.alerts.nowMs()).toISOString(),
        integrationId: service,
        status: incident === undefined ? 'Accepted' : `Processed: alert #${incident.number} is ${open}`,
        alertId: alertIdOf(dedupKey),
        alias: dedupKey,
      },
    });
  };

  const list = async (
    { request, reply, service, requestId }: Asked,
    { kind, query }: Extract<Call, { kind: 'list' | 'count' }>,
  ): Promise<FastifyReply> => {
    const search =
      query.get('searchIdentifier') === null
        ? searchOf(query.get('query') ?? '')
        : { wrong: 'relay keeps no saved searches' };
    if ('wrong' in search) return answer(reply, 422, requestId, { message: search.wrong });
    const limit = Math.min(countIn(query.get('limit'), LIST.limit), LIST.limitMax);
    const offset = Math.min(countIn(query.get('offset'), 0), LIST.offsetMax);
    const { items, total } = await alerts.list(service, search, { offset, limit });
    if (kind === 'count') return answer(reply, 200, requestId, { data: { count: total } });
    const page = (from: number): string => {
      const next = new URLSearchParams(query);
      next.set('offset', String(from));
      next.set('limit', String(limit));
      return `${request.protocol}://${request.host}/v2/alerts?${next.toString()}`;
    };
    return answer(reply, 200, requestId, {
      data: items.map(alertOf),
      paging: {
        first: page(0),
        ...(offset + limit < total && limit > 0 ? { next: page(offset + limit) } : {}),
      },
    });
  };

  return async (app) => {
    refuseIn(app, parts.log, refused);
    for (const url of ['/v2/alerts', '/v2/alerts/*'])
      app.route({
        method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url,
        exposeHeadRoute: false,
        handler: handle,
      });
  };
}

/** What is said beside an order goes with it, and to the same incident: rules of alerts are for neither. */
const withNote = (order: NewInput, { note, ...event }: AlertEvent): NewInput[] =>
  note === undefined
    ? [order]
    : [order, { input: { kind: 'alert', events: [{ ...event, action: 'none', note }] }, raw: null }];

function countIn(text: string | null, absent: number): number {
  const value = Number(text);
  return text !== null && Number.isSafeInteger(value) && value >= 0 ? value : absent;
}
