/** The control socket's file: taken over from a daemon that died, never from one that lives. */
import { lstat, mkdir, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import type { Server } from 'node:http';
import { dirname } from 'node:path';
import { SOCKET_PATH_MAX_BYTES } from '../config/paths.ts';

/** The socket can't be had; the message names the path and what to do. */
export class SocketError extends Error {
  override name = 'SocketError';
}

/** Makes `path` free to listen on. Rejects with SocketError when somebody answers there, or it is no socket. */
export async function claimSocket(path: string): Promise<void> {
  if (Buffer.byteLength(path) > SOCKET_PATH_MAX_BYTES) {
    throw new SocketError(
      `api.socket: ${path} is longer than ${SOCKET_PATH_MAX_BYTES} bytes, the most a unix socket's path may have; set a shorter one`,
    );
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o750 });
  const stat = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new SocketError(
      `api.socket: ${path} can't be looked at (${error.code}); check its folder's permissions`,
    );
  });
  if (stat === null) return;
  if (!stat.isSocket()) {
    throw new SocketError(`api.socket: ${path} exists and is no socket; move it away or set another path`);
  }
  if (await answers(path)) {
    throw new SocketError(
      `another relay daemon answers on ${path}: stop it first (\`relay status\` shows its pid), or give this one its own api.socket and store`,
    );
  }
  await rm(path, { force: true });
}

/** Listens with mode 0660 from the first instant on: only the daemon's user and group get in. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('listening', resolve);
  server.once('error', reject);
  // The file appears within listen() itself, so the umask is back before anything else runs.
  const before = process.umask(0o117);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  await promise;
  server.off('error', reject);
}

/** Rejects with SocketError when it can't be told (no permission). */
function answers(path: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = createConnection(path);
  socket.once('connect', () => {
    socket.destroy();
    resolve(true);
  });
  socket.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
    else
      reject(
        new SocketError(`api.socket: ${path} belongs to somebody else (${error.code}); set another path`),
      );
  });
  return promise;
}
