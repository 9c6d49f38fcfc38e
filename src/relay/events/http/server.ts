/** The public HTTP listener: one fastify with bounds, into which each part registers its routes. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Server as TlsServer } from 'node:tls';
import fastify from 'fastify';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Listen } from '../../config/types.ts';
import type { Log } from '../../engine/ports.ts';
import { networkTest } from '../smtp/networks.ts';
import { refusalFor } from './refusals.ts';

export interface HttpOptions {
  listen: Listen;
  /** PEM; null: plain HTTP. */
  tls: { cert: string; key: string } | null;
  /** CIDR ranges whose X-Forwarded-For and X-Forwarded-Proto are believed; absent: nobody's. */
  proxies?: readonly string[];
  log: Log;
  /** True: each answer ends its connection, so that the next request may go to another host; absent: never. */
  leaving?: () => boolean;
  plugins: readonly FastifyPluginAsync[];
  bounds?: Partial<HttpBounds>;
}

export interface HttpBounds {
  maxConnections: number;
  /** From the first byte of a request to its last, however steadily the sender trickles. */
  requestMs: number;
  headersMs: number;
  keepAliveMs: number;
  /** How often the above are looked at. */
  checkMs: number;
  /** How long closing waits for requests on their way. */
  closeMs: number;
}

const BOUNDS: HttpBounds = {
  maxConnections: 2_000,
  requestMs: 30_000,
  headersMs: 10_000,
  keepAliveMs: 72_000,
  checkMs: 2_000,
  closeMs: 10_000,
};

export interface RunningHttp {
  app: FastifyInstance;
  /** Where it listens, the port as the system gave it. */
  address: Listen;
  /** Takes a renewed certificate into use for new connections; throws when it can't be used. */
  setTls(pem: { cert: string; key: string }): void;
  /** Lets requests on their way be answered, then closes. */
  close(): Promise<void>;
}

/** Starts to listen. Rejects when the port is taken or the certificate is wrong. */
export async function startHttp(options: HttpOptions): Promise<RunningHttp> {
  const bounds: HttpBounds = { ...BOUNDS, ...options.bounds };
  const app = createApp(options, bounds);
  app.addHook('onRequest', (_request, reply, done) => {
    if (options.leaving?.() === true) void reply.header('connection', 'close');
    done();
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ status: 'error', message: 'there is nothing at this address' }),
  );
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalFor(error);
    if (refusal.ours)
      options.log.error(
        {
          remote: request.ip,
          method: request.method,
          route: request.routeOptions.url,
          error: error instanceof Error ? error.message : String(error),
        },
        'request failed',
      );
    if (refusal.retryAfter !== null) void reply.header('retry-after', refusal.retryAfter);
    return reply.code(refusal.code).send({ status: 'error', message: refusal.message });
  });
  for (const plugin of options.plugins) void app.register(plugin);
  app.server.maxConnections = bounds.maxConnections;
  try {
    await app.listen({ host: options.listen.host, port: options.listen.port });
  } catch (error) {
    await app.close();
    throw new Error(
      `cannot listen for HTTP on ${options.listen.host}:${options.listen.port}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  const bound = app.server.address();
  return {
    app,
    address: {
      host: options.listen.host,
      port: bound !== null && typeof bound === 'object' ? bound.port : options.listen.port,
    },
    setTls: (pem) => {
      checkPem(pem);
      if (!(app.server instanceof TlsServer))
        throw new Error('http.tls was not set at the start: restart relay to serve HTTPS');
      app.server.setSecureContext({ cert: pem.cert, key: pem.key, minVersion: 'TLSv1.2' });
    },
    close: () => close(app, bounds.closeMs),
  };
}

function createApp(options: HttpOptions, bounds: HttpBounds): FastifyInstance {
  const { proxies = [] } = options;
  const isProxy = networkTest(proxies);
  const common = {
    logger: false,
    trustProxy: proxies.length === 0 ? false : (address: string | undefined) => isProxy(address ?? ''),
    bodyLimit: 512 * 1024,
    requestTimeout: bounds.requestMs,
    keepAliveTimeout: bounds.keepAliveMs,
    forceCloseConnections: 'idle',
    // The key in the path must not be given back in errors or logs; fastify makes no ids that nobody reads.
    genReqId: () => '',
    routerOptions: { maxParamLength: 128 },
  } as const;
  const http = {
    headersTimeout: bounds.headersMs,
    requestTimeout: bounds.requestMs,
    connectionsCheckingInterval: bounds.checkMs,
    noDelay: true,
  };
  if (options.tls === null) return fastify({ ...common, http });
  checkPem(options.tls);
  // The listener is the same to all who register; only its socket differs.
  return fastify({
    ...common,
    https: { ...http, cert: options.tls.cert, key: options.tls.key, minVersion: 'TLSv1.2' },
  });
}

function checkPem(pem: { cert: string; key: string }): void {
  if (!new X509Certificate(pem.cert).checkPrivateKey(createPrivateKey(pem.key)))
    throw new Error('the TLS key does not belong to the certificate; check http.tls');
}

async function close(app: FastifyInstance, closeMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), closeMs);
  timer.unref();
  await app.close();
  clearTimeout(timer);
}
