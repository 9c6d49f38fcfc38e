/** The endpoints that monitors and load balancers ask. They show no names, texts or addresses. */
import type { FastifyPluginAsync } from 'fastify';

export interface HealthParts {
  /** Why this process should be restarted; empty when it is well. A store that is out of reach is no such reason. */
  live: () => string[];
  /** Why nothing should be sent here at present; empty when ready. */
  ready: () => string[];
  /** Prometheus' text format. */
  metrics: () => string | Promise<string>;
}

/**
 * GET /healthz: 200 while the process is worth keeping. GET /readyz: 200, or 503 with the reasons. GET /metrics.
 * HEAD is answered too, by fastify's default.
 */
export function healthRoutes(parts: HealthParts): FastifyPluginAsync {
  return async (app) => {
    app.get('/healthz', (_request, reply) => answer(reply, parts.live()));
    app.get('/readyz', (_request, reply) => answer(reply, parts.ready()));
    app.get('/metrics', async (_request, reply) => {
      const text = await parts.metrics();
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text);
    });
  };
}

interface Answerable {
  code(status: number): this;
  header(name: string, value: string): this;
  send(body: unknown): this;
}

function answer<R extends Answerable>(reply: R, reasons: string[]): R {
  reply.header('cache-control', 'no-store');
  if (reasons.length === 0) return reply.send({ status: 'ok' });
  return reply.code(503).header('retry-after', '5').send({ status: 'unavailable', reasons });
}
