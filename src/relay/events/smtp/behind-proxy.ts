/**
 * Connections that a proxy hands on: it says who is behind each before the SMTP session begins. Whoever isn't one of the
 * listed proxies is never asked, so that what it says of itself is an unknown command and no more.
 */
import type { Server, Socket } from 'node:net';
import type { Log } from '../../engine/ports.ts';
import { networkTest } from './networks.ts';
import { readProxyHeader } from './proxy-header.ts';

/** Stands for an address that the proxy doesn't tell: it is in no network, so that nobody is allowed by it. */
export const UNKNOWN_ADDRESS = 'unknown';

export interface ProxyParts {
  /** CIDR ranges that must speak the PROXY protocol. */
  proxies: readonly string[];
  /** Connections whose header is awaited at once; more are closed. */
  maxWaiting: number;
  /** From the connection to the end of its header. */
  headerMs: number;
  log: Log;
  /** Begins the session of somebody at this address. */
  begin(socket: Socket, from: { remoteAddress: string; remotePort: number }): void;
}

/**
 * Puts itself before the server's own listeners for connections from these ranges; all others go to those as before.
 * Returns what closes those that still owe their header. Throws on a range that is none.
 */
export function behindProxy(server: Server, parts: ProxyParts): () => void {
  const isProxy = networkTest(parts.proxies);
  const direct = server.listeners('connection');
  server.removeAllListeners('connection');
  const waiting = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    if (isProxy(socket.remoteAddress ?? '')) {
      if (waiting.size >= parts.maxWaiting) socket.destroy();
      else awaitHeader(socket, waiting, parts);
    } else for (const listener of direct) listener.call(server, socket);
  });
  return () => {
    for (const socket of waiting) socket.destroy();
  };
}

function awaitHeader(socket: Socket, waiting: Set<Socket>, parts: ProxyParts): void {
  const remote = socket.remoteAddress;
  let bytes = Buffer.alloc(0);
  waiting.add(socket);
  const timer = setTimeout(() => refuse('it sends no PROXY header'), parts.headerMs);
  const settle = (): void => {
    clearTimeout(timer);
    waiting.delete(socket);
    socket.off('readable', read);
    socket.off('close', settle);
  };
  const refuse = (why: string): void => {
    settle();
    parts.log.warn({ remote }, `a connection from smtp.proxy was refused: ${why}`);
    socket.end('421 the PROXY protocol is expected here (smtp.proxy); try again later\r\n', () =>
      socket.destroy(),
    );
  };
  const read = (): void => {
    for (let chunk = readChunk(socket); chunk !== null; chunk = readChunk(socket)) {
      bytes = Buffer.concat([bytes, chunk]);
      const header = readProxyHeader(bytes);
      if (header.kind === 'bad') return refuse(header.why);
      if (header.kind === 'read') {
        settle();
        const rest = bytes.subarray(header.lengthBytes);
        if (rest.length > 0) socket.unshift(rest);
        socket.off('error', ignore);
        return parts.begin(socket, {
          remoteAddress: header.address ?? UNKNOWN_ADDRESS,
          remotePort: header.port,
        });
      }
    }
  };
  socket.on('readable', read);
  socket.once('close', settle);
  socket.on('error', ignore);
}

const readChunk = (socket: Socket): Buffer | null => {
  const chunk: unknown = socket.read();
  return Buffer.isBuffer(chunk) ? chunk : null;
};

/** A proxy that looks whether somebody listens goes away without a word; 'close' follows. */
function ignore(): void {}
