/**
 * Alerts by HTTP: accepted only when the event is durable. Stage 1 of the way of an alert.
 *
 * - `POST /v2/enqueue`, `/v2/change/enqueue`, `/generic/2010-04-15/create_event.json`: PagerDuty's Events APIs.
 * - `/v2/alerts…`: Opsgenie's alert API.
 * - `POST /e/KEY`, `POST /e` with the key in a header, `POST /integration/KEY/enqueue`: the service URL, for webhooks and
 *   anything simple: JSON, a form, plain text (`curl -d 'disk full' URL`).
 * - `GET /e/KEY?text=…`: the same for devices that can only fetch a URL.
 */
import type { FastifyPluginAsync } from 'fastify';
import type { Log } from '../engine/ports.ts';
import type { Roster } from '../oncall/types.ts';
import { StoreUnavailableError } from '../store/port.ts';
import type { Accept } from './accept.ts';
import { Gauge } from './http/gauge.ts';
import { type IntakeParts, refuseIn, ruledAccept } from './http/intake.ts';
import { HTTP_LIMITS } from './http/limits.ts';
import type { HttpLimits } from './http/limits.ts';
import type { AlertsPort } from './http/opsgenie/alerts.ts';
import { opsgenieRoutes } from './http/opsgenie/routes.ts';
import { eventRefusal, pagerDutyRoutes } from './http/pagerduty-routes.ts';
import { ThrottledError } from './http/refusals.ts';
import { serviceUrlRoutes } from './http/service-url.ts';
import { type FetchPage, fetchPage } from './http/sns/fetch-page.ts';
import { SnsGate } from './http/sns/gate.ts';
import { KeyBook } from './keys.ts';
import { Ruler } from './ruler.ts';

export { startHttp } from './http/server.ts';
export type { HttpBounds, HttpOptions, RunningHttp } from './http/server.ts';
export type { AlertsPort } from './http/opsgenie/alerts.ts';
export type { HttpLimits };

export interface HttpIntakeOptions {
  roster: () => Roster;
  /** False: the roster may be an old one, and a key that it doesn't have is no wrong one for sure. Absent: it is new. */
  rosterIsSure?: () => boolean;
  accept: Accept;
  /** What Opsgenie's API shows of alerts. */
  alerts: AlertsPort;
  log: Log;
  limits?: Partial<HttpLimits>;
  /** How pages of AWS SNS are fetched; absent: over the network. */
  fetchPage?: FetchPage;
}

/** The service URL's path for a routing key; what comes before it is where this listener is reached from outside. */
export function servicePath(key: string): string {
  return `/e/${key}`;
}

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
  const sns = new SnsGate({
    fetchPage: options.fetchPage ?? fetchPage,
    nowMs: () => performance.now(),
    log: options.log,
  });
  const accept = ruledAccept(Ruler.of(options.roster), options.accept);
  const parts: IntakeParts = { accept, serviceOf, log: options.log, sns };
  return async (app) => {
    app.removeAllContentTypeParsers();
    // Bodies are read by what they are: half of all clients say JSON and send a form, or the other way round.
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: limits.bodyBytes },
      (_request, body, done) => done(null, body),
    );
    app.addHook('onRequest', (request, reply, done) => {
      if (gauge.admit(request.raw, reply.raw)) done();
      else done(new ThrottledError(limits.retryAfterSeconds));
    });
    refuseIn(app, options.log, (refusal) => ({ code: refusal.code, body: eventRefusal(refusal) }));
    await app.register(pagerDutyRoutes(parts));
    await app.register(serviceUrlRoutes(parts));
    const { alerts, roster } = options;
    await app.register(opsgenieRoutes({ ...parts, alerts, roster, decide: options.accept }));
  };
}
