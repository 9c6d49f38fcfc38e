/** Answers the other daemons' calls. Whoever can't prove to be one of the known hosts gets no further than TLS. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Listen } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import { KIND, type Frame } from './frames.ts';
import {
  BODY_LIMIT_BYTES,
  decodeRequest,
  encodeAnswer,
  encodeRefusal,
  methodOf,
  requestLimitBytes,
} from './methods.ts';
import { PROTOCOL, TLS_MIN_VERSION, hostsNamed, namesIn, type PeerTls } from './names.ts';
import type { PeerHandlers, PeerMethod, PeerMethods } from './port.ts';
import { encodeHello, SPOKEN, type Spoken } from './versions.ts';
import { Wire, reasonOf } from './wire.ts';

export interface PeerServerOptions {
  listen: Listen;
  tls: PeerTls;
  /** Who may call, by the name in their certificate. */
  hosts: readonly string[];
  handlers: PeerHandlers;
  log: Log;
  /** What this host speaks; absent: what this version does. */
  spoken?: Spoken;
}

export interface PeerServer {
  /** Where it listens, e.g. `127.0.0.1:7391`. */
  address: string;
  /** Lets calls under way finish for two seconds, then cuts off. */
  close(): Promise<void>;
}

/** Calls under way of one host; its link sends fewer, but forgets those that it has given up. */
const UNDER_WAY_MAX = 2_048;
const HANDSHAKE_TIMEOUT_MS = 5_000;
/** A link that lives pings every few seconds. */
const QUIET_MAX_MS = 60_000;
const CONNECTIONS_MAX = 512;
const CLOSE_GRACE_MS = 2_000;
/** Refusals told; whoever scans the port from everywhere fills no log. */
const TOLD_MAX = 200;

/** Rejects with the system's error when it can't listen, and with TLS's when key and certificate don't fit. */
export async function startPeerServer(options: PeerServerOptions): Promise<PeerServer> {
  const { listen, tls, log } = options;
  const tell = refusalsTold(log);
  const callers = new Map<string, Caller>();
  const open = new Set<Session>();
  const unproven = new Map<string, Socket>();
  const server = createServer({
    ...tls,
    requestCert: true,
    // Judged below, so that the other side can be told why.
    rejectUnauthorized: false,
    minVersion: TLS_MIN_VERSION,
    ALPNProtocols: [PROTOCOL],
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on('connection', (socket) => {
    const from = fromOf(socket);
    unproven.set(from, socket);
    socket.once('close', () => unproven.delete(from));
  });
  server.on('tlsClientError', (error, socket) => tell(socket.remoteAddress, reasonOf(error)));
  server.on('secureConnection', (socket) => {
    unproven.delete(fromOf(socket));
    const found = callerOf(socket, options.hosts);
    if ('refused' in found) {
      tell(socket.remoteAddress, found.refused);
      refuse(socket, found.refused);
      return;
    }
    const caller = callers.get(found.host) ?? { host: found.host, underWay: 0 };
    callers.set(found.host, caller);
    const session: Session = new Session(socket, caller, options, () => open.delete(session));
    open.add(session);
  });
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  let closing: Promise<void> | null = null;
  return {
    address: addressOf(server, listen),
    close: () => (closing ??= shutDown(server, open, unproven.values())),
  };
}

interface Caller {
  host: string;
  underWay: number;
}

/** One connection of a host that has proven itself. */
class Session {
  readonly #wire: Wire;
  readonly #caller: Caller;
  readonly #handlers: PeerHandlers;
  #underWay = 0;
  #closing = false;

  constructor(
    socket: TLSSocket,
    caller: Caller,
    { handlers, spoken = SPOKEN }: PeerServerOptions,
    closed: () => void,
  ) {
    this.#caller = caller;
    this.#handlers = handlers;
    this.#wire = new Wire(socket, requestLimitBytes, { frame: (frame) => this.#take(frame), closed });
    socket.setTimeout(QUIET_MAX_MS, () => this.#wire.destroy('nothing was heard for a minute'));
    this.#wire.send(KIND.hello, 0, encodeHello(spoken));
  }

  /** Ends once nothing is under way. */
  close(): void {
    this.#closing = true;
    if (this.#underWay === 0) this.#wire.end();
  }

  cutOff(): void {
    this.#wire.destroy('this host is shutting down');
  }

  #take({ kind, id, body }: Frame): void {
    if (kind === KIND.ping) {
      this.#wire.send(KIND.answer, id, Buffer.alloc(0));
      return;
    }
    const method = methodOf(kind);
    const why = this.#closing
      ? 'is shutting down'
      : method === null
        ? 'does not know this call: is it of another version?'
        : this.#caller.underWay >= UNDER_WAY_MAX
          ? `has ${UNDER_WAY_MAX} calls of this host under way`
          : null;
    if (method === null || why !== null) this.#refuse(id, why ?? '');
    else void this.#answer(method, id, body);
  }

  async #answer(method: PeerMethod, id: number, body: Buffer): Promise<void> {
    this.#underWay += 1;
    this.#caller.underWay += 1;
    try {
      const request = decodeRequest(method, body);
      const answer = encodeAnswer(await handled(this.#handlers, method, request, this.#caller.host));
      if (answer.length > BODY_LIMIT_BYTES) this.#refuse(id, `has an answer of ${answer.length} bytes`);
      else this.#wire.send(KIND.answer, id, answer);
    } catch (error) {
      this.#refuse(id, reasonOf(error));
    } finally {
      this.#underWay -= 1;
      this.#caller.underWay -= 1;
      if (this.#closing && this.#underWay === 0) this.#wire.end();
    }
  }

  #refuse(id: number, why: string): void {
    this.#wire.send(KIND.refusal, id, encodeRefusal(why));
  }
}

const handled = <M extends PeerMethod>(
  handlers: PeerHandlers,
  method: M,
  request: PeerMethods[M]['request'],
  from: string,
): Promise<PeerMethods[M]['answer']> => handlers[method](request, from);

function callerOf(socket: TLSSocket, hosts: readonly string[]): { host: string } | { refused: string } {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { refused: 'no certificate' };
  if (!socket.authorized)
    return {
      refused: `a certificate that cluster.tls.caFile does not prove (${String(socket.authorizationError)})`,
    };
  const named = hostsNamed(certificate, hosts);
  const [host] = named;
  if (host !== undefined && named.length === 1) return { host };
  const names = namesIn(certificate);
  return {
    refused:
      host === undefined
        ? `a certificate of ${names}: no host of cluster.hosts`
        : `a certificate of ${names}: several hosts, each needs its own`,
  };
}

/** The other end of a connection, the same before and after TLS. */
const fromOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;

/** In words, so that the log of the other host says why too. */
function refuse(socket: TLSSocket, why: string): void {
  const wire = new Wire(socket, () => 0, { frame: () => {}, closed: () => {} });
  wire.send(KIND.refusal, 0, encodeRefusal(why));
  wire.end();
}

/** Each reason once for each address. */
function refusalsTold(log: Log): (address: string | undefined, why: string) => void {
  const told = new Set<string>();
  return (address, why) => {
    const key = `${address} ${why}`;
    if (told.has(key) || told.size >= TOLD_MAX) return;
    told.add(key);
    log.warn({ address, why }, 'a connection to cluster.listen was refused');
  };
}

function addressOf(server: Server, listen: Listen): string {
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port;
  return `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`;
}

async function shutDown(server: Server, open: Set<Session>, unproven: Iterable<Socket>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  for (const socket of unproven) socket.destroy();
  for (const session of open) session.close();
  const cutOff = setTimeout(() => {
    for (const session of open) session.cutOff();
  }, CLOSE_GRACE_MS);
  try {
    await promise;
  } finally {
    clearTimeout(cutOff);
  }
}
