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
  await mkdir(dirname(path), { recursive: true, mode: 0o750 }).catch((error: unknown) => {
    throw notMade(path, error);
  });
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
  await rm(path, { force: true }).catch((error: unknown) => {
    throw notMade(path, error);
  });
}

/** Listens with mode 0660 from the first instant on: only the daemon's user and group get in. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('listening', resolve);
  const failed = (error: Error): void => reject(notMade(path, error));
  server.once('error', failed);
  // The file appears within listen() itself, so the umask is back before anything else runs.
  const before = process.umask(0o117);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  await promise;
  server.off('error', failed);
}

/** Where its folder isn't ours; what else goes wrong says itself what it is. */
function notMade(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) return error;
  return new SocketError(
    `api.socket: ${path} can't be made (${code}): the user that relay runs as must be able to write in ${dirname(path)}; give it that folder, run relay as its owner, or set another path`,
  );
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
