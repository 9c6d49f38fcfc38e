/** Is a port free, and who has it if not. */
import { readFile, readdir, readlink } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import type { Listen } from '../config/types.ts';

export interface PortProblem {
  /** e.g. `port 25 is held by exim4 (pid 812)`. */
  error: string;
  /** We may not listen on such a port, whoever has it. */
  denied: boolean;
}

/** Null when we could listen there. Port 0 is always free. */
export async function portProblem(listen: Listen): Promise<PortProblem | null> {
  const code = await tryListen(listen);
  if (code === null) return null;
  if (code === 'EADDRINUSE') {
    const holder = await portHolder(listen.port);
    const who = holder === null ? 'another process' : `${holder.program} (pid ${holder.pid})`;
    return { error: `port ${listen.port} is held by ${who}`, denied: false };
  }
  if (code === 'EACCES')
    return { error: `port ${listen.port} is below 1024 and not ours to take`, denied: true };
  if (code === 'EADDRNOTAVAIL')
    return { error: `${listen.host} is no address of this machine`, denied: false };
  return { error: `${listen.host}:${listen.port} can't be listened on (${code})`, denied: false };
}

/** The system's error code; null when it worked. The port is free again when this resolves. */
function tryListen(listen: Listen): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  server.listen({ host: listen.host, port: listen.port, exclusive: true }, () => {
    server.close(() => resolve(null));
  });
  return promise;
}

const LISTENING = '0A';

export interface PortHolder {
  /** As the kernel names it, such as `exim4` or `master` (of postfix). */
  program: string;
  pid: number;
}

/** From /proc: the socket that listens on that port, then who holds it. Null when it can't be told: root sees all. */
export async function portHolder(port: number): Promise<PortHolder | null> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readOr(table, '')).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/u);
      const here = fields[1]?.split(':')[1];
      if (fields[3] === LISTENING && here !== undefined && Number.parseInt(here, 16) === port) {
        inodes.add(`socket:[${fields[9]}]`);
      }
    }
  }
  if (inodes.size === 0) return null;
  for (const pid of (await listOr('/proc')).filter((name) => /^\d+$/u.test(name))) {
    for (const fd of await listOr(`/proc/${pid}/fd`)) {
      // It may have closed it meanwhile.
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      if (inodes.has(target))
        return { program: (await readOr(`/proc/${pid}/comm`, 'a process')).trim(), pid: Number(pid) };
    }
  }
  return null;
}

/** Processes end and belong to others while we look: what can't be read tells nothing. */
const readOr = (path: string, otherwise: string): Promise<string> =>
  readFile(path, 'utf8').catch(() => otherwise);
const listOr = (path: string): Promise<string[]> => readdir(path).catch(() => []);

const GREETING_WAIT_MS = 2_000;

/** Whether a mail server greets at this address within 2 s, and isn't a relay of ours. */
export function mailServerGreets(listen: Listen): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createConnection(listen);
  let heard = '';
  const done = (greets: boolean): void => {
    socket.destroy();
    resolve(greets);
  };
  socket.setTimeout(GREETING_WAIT_MS, () => done(false));
  socket.once('error', () => done(false));
  socket.once('end', () => done(false));
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
    if (heard.includes('\n') || heard.length > 1_000)
      done(/^220[ -]/u.test(heard) && !/ relay(?: [\da-f]+)?\r?\n/u.test(heard));
  });
  return promise;
}
