/**
 * The control API that the CLI and others use: JSON over HTTP on a unix socket, and on TCP with a token when
 * configured. The list of calls stands in all-routes.ts.
 */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Listen } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import type { Core } from './core.ts';
import { allRoutes } from './all-routes.ts';
import { ApiError, asApiError, errorJson, notFound } from './errors.ts';
import { claimSocket, listenOnSocket } from './socket.ts';
import { serve } from './table/route.ts';
import { Tails } from './tail.ts';
import { bearerIs } from './token.ts';

// Importing node:http would read its lazy exports, which load all of undici: 20 MB that nothing here uses.
const { createServer } = process.getBuiltinModule('node:http');

/** Requests are small; anything larger is a mistake. */
const BODY_LIMIT_BYTES = 256 * 1024;

/** A little over the longest a call waits for the engine. */
const CLOSE_GRACE_MS = 6_000;

export interface ApiOptions {
  core: Core;
  /** Path of the unix socket; its folder is made when missing. */
  socket: string;
  listen: Listen | null;
  /** Required with `listen`. */
  token: string | null;
  log: Log;
}

export interface Api {
  /** Where it listens, e.g. `unix:/run/relay/relay.sock`, `http://127.0.0.1:7390`. */
  addresses: string[];
  /** Ends the tails, lets running calls finish (they wait at most 5 s), and removes the socket. */
  close(): Promise<void>;
}

/** Rejects with SocketError when the socket can't be had, and with Error when `listen` has no token or no port. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { core, socket, listen, token, log } = options;
  if (listen !== null && (token === null || token === '')) {
    throw new Error('api.listen needs a token: put one into a file and set api.tokenFile to it');
  }
  const tails = new Tails(core.feed);
  const app = await buildApp(core, tails, log);
  const servers: Server[] = [];
  const addresses: string[] = [];
  const shutDown = async (): Promise<void> => {
    const closed = servers.map((server) => closeServer(server));
    tails.close();
    await Promise.all(closed);
    await app.close();
  };
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= shutDown());
  try {
    await claimSocket(socket);
    const local = apiServer((request, response) => app.routing(request, response));
    await listenOnSocket(local, socket);
    servers.push(local);
    addresses.push(`unix:${socket}`);
    if (listen !== null && token !== null) {
      const remote = apiServer(guarded(app, token));
      const address = await listenOnTcp(remote, listen);
      servers.push(remote);
      addresses.push(address);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses, close };
}

async function buildApp(core: Core, tails: Tails, log: Log): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: BODY_LIMIT_BYTES, logger: false });
  app.setErrorHandler((error, request, reply) => {
    const known = asApiError(error);
    if (known === null) {
      log.error({ err: error, method: request.method, url: request.url }, 'a control API call failed');
    }
    const answer =
      known ??
      new ApiError('failed', 'Relay failed at this call; its log says why.', "Look at the daemon's log.");
    return reply.status(answer.status).send(errorJson(answer));
  });
  app.setNotFoundHandler((request, reply) => {
    const answer = notFound(
      `There is no call ${request.method} ${request.url}.`,
      'Is the CLI of another version?',
    );
    return reply.status(answer.status).send(errorJson(answer));
  });
  serve(app, allRoutes(core, tails));
  await app.ready();
  return app;
}

/** A server whose kept-alive connections don't hold up its close. */
function apiServer(listener: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    response.once('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
    listener(request, response);
  });
  return server;
}

/** Nobody gets further than this without the token, not even to learn which calls exist. */
function guarded(
  app: FastifyInstance,
  token: string,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (bearerIs(token, request)) {
      app.routing(request, response);
      return;
    }
    const error = new ApiError(
      'failed',
      'The token is missing or wrong.',
      'Set RELAY_TOKEN to the one in api.tokenFile.',
    );
    response.writeHead(401, {
      'content-type': 'application/json; charset=utf-8',
      'www-authenticate': 'Bearer',
      connection: 'close',
    });
    response.end(JSON.stringify(errorJson(error)));
  };
}

async function listenOnTcp(server: Server, listen: Listen): Promise<string> {
  server.on('connection', (socket) => socket.setKeepAlive(true, 30_000));
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port;
  return `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`;
}

/** Running calls may finish; whoever doesn't read their answer by then is cut off. */
async function closeServer(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.close((error) => (error === undefined ? resolve() : reject(error)));
  const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  try {
    await promise;
  } finally {
    clearTimeout(cutOff);
  }
}
