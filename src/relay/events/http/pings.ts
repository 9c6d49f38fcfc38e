/**
 * Pings by HTTP, as Healthchecks takes them: `/ping/KEY`, `/ping/KEY/start`, `/fail`, `/log`, `/EXITCODE`, by GET, HEAD,
 * POST or PUT; and Opsgenie's `/v2/heartbeats/NAME/ping`. Answered as soon as the ping is durable; whatever body there
 * is is read to its end, since who is cut off while it sends (`curl --retry`) doesn't try again.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../engine/ports.ts';
import type { Heartbeat } from '../../oncall/heartbeat.ts';
import type { Roster } from '../../oncall/types.ts';
import { StoreUnavailableError } from '../../store/port.ts';
import type { Accept } from '../accept.ts';
import { KeyBook } from '../keys.ts';
import { KEPT_BYTES, PingKeys, pingInput, readWhat, type Pinged } from '../pings.ts';
import { keyIn } from './credentials.ts';
import { Gauge } from './gauge.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { answer } from './opsgenie/answers.ts';
import { NOT_AUTHENTICATED } from './opsgenie/auth.ts';
import { refusalFor, ThrottledError } from './refusals.ts';

export interface PingDoorOptions {
  roster(): Roster;
  /** See HttpIntakeOptions. */
  rosterIsSure(): boolean;
  accept: Accept;
  /** The steady time of this host. */
  nowMs(): number;
  /** Somebody was turned away who may have wanted to report: nobody is missed for that. */
  unheard(): void;
  log: Log;
  limits?: Partial<HttpLimits>;
}

/** The longest that is taken for how long a job ran. */
const LONGEST_MS = 366 * 86_400_000;

export function pingDoor(options: PingDoorOptions): FastifyPluginAsync {
  const { roster, rosterIsSure, accept, nowMs } = options;
  const limits: HttpLimits = { ...HTTP_LIMITS, ...options.limits };
  const gauge = new Gauge(limits);
  const keys = new PingKeys(roster);
  const services = new KeyBook(roster);

  const sure = <T>(found: T | null): T | null => {
    if (found === null && !rosterIsSure())
      throw new StoreUnavailableError(
        'this host can not read the roster, and the one it kept lacks this key',
      );
    return found;
  };

  const take = async (
    heartbeat: Heartbeat,
    request: FastifyRequest,
    said: Omit<Pinged, 'body'>,
  ): Promise<void> => {
    const body = request.body instanceof Uint8Array ? request.body : undefined;
    await accept([pingInput(heartbeat.id, { ...said, ...(body === undefined ? {} : { body }) }, nowMs())]);
  };

  const pinged = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { key = '', what: asked = '' } = request.params as { key?: string; what?: string };
    const heartbeat = sure(keys.heartbeat(key));
    if (heartbeat === null)
      return reply.code(404).type('text/plain').send('there is no heartbeat with this key\n');
    const what = readWhat(asked);
    if (what === null)
      return reply
        .code(404)
        .type('text/plain')
        .send('write start, fail, log or an exit code behind the key\n');
    await take(heartbeat, request, { ...what, ...ranOf(request.query), by: 'http' });
    return reply.type('text/plain').send('OK\n');
  };

  const opsgenie = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const requestId = randomUUID();
    const { name = '' } = request.params as { name?: string };
    const key = keyIn(request.headers.authorization, ['geniekey', 'basic', 'bearer']) ?? '';
    const own = keys.heartbeat(key);
    const service = services.service(key);
    if (own === null && sure(service) === null)
      return answer(reply.header('www-authenticate', 'GenieKey'), 401, requestId, {
        message: NOT_AUTHENTICATED,
      });
    const meant = (roster().heartbeats ?? []).find(({ id }) => id === name.toLowerCase());
    // A service's key is for its own heartbeats.
    const heartbeat = sure(
      meant !== undefined && (meant.id === own?.id || meant.service === service) ? meant : null,
    );
    if (heartbeat === null)
      return answer(reply, 404, requestId, {
        message: `Heartbeat with name [${name.slice(0, 100)}] does not exist`,
      });
    await take(heartbeat, request, { what: 'success', by: 'opsgenie' });
    return answer(reply, 202, requestId, { result: 'PONG - Heartbeat received' });
  };

  return async (app) => {
    readEnds(app);
    app.addHook('onRequest', (request, reply, done) => {
      if (gauge.admit(request.raw, reply.raw)) done();
      else done(new ThrottledError(limits.retryAfterSeconds));
    });
    app.setErrorHandler((error, request, reply) => {
      const refusal = refusalFor(error);
      if (refusal.code === 429 || refusal.code >= 500) options.unheard();
      if (refusal.ours)
        options.log.error(
          { remote: request.ip, route: request.routeOptions.url, error: messageOf(error) },
          'a ping was not accepted',
        );
      if (refusal.retryAfter !== null) void reply.header('retry-after', refusal.retryAfter);
      return reply.code(refusal.code).send({ message: refusal.message, took: 0.001, requestId: 'none' });
    });
    const method = ['GET', 'HEAD', 'POST', 'PUT'];
    for (const url of ['/ping/:key', '/ping/:key/:what']) app.route({ method, url, handler: pinged });
    app.route({
      method: ['GET', 'POST', 'PUT', 'PATCH'],
      url: '/v2/heartbeats/:name/ping',
      exposeHeadRoute: false,
      handler: opsgenie,
    });
  };
}

/** A body of any size and type is read, and its end kept. */
function readEnds(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (_request: FastifyRequest, payload: AsyncIterable<Buffer>) => {
    let kept: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of payload) {
      kept.push(chunk);
      bytes += chunk.length;
      if (bytes < 4 * KEPT_BYTES) continue;
      kept = [Buffer.concat(kept).subarray(-KEPT_BYTES)];
      bytes = KEPT_BYTES;
    }
    return Buffer.concat(kept).subarray(-KEPT_BYTES);
  });
}

/** `?ms=1234&signal=SIGKILL`: how long the job ran, and what ended it. */
function ranOf(query: unknown): Pick<Pinged, 'durationMs' | 'signal'> {
  const { ms, signal } = query as Record<string, unknown>;
  const durationMs = typeof ms === 'string' && /^\d{1,12}$/.test(ms) ? Number(ms) : null;
  return {
    ...(durationMs === null || durationMs > LONGEST_MS ? {} : { durationMs }),
    ...(typeof signal === 'string' && /^SIG[A-Z0-9]{2,10}$/.test(signal) ? { signal } : {}),
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
