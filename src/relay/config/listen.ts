/** `host:port` as people write it. */
import { isIP } from 'node:net';
import type { Listen } from './types.ts';

export const LISTEN_FORM = 'HOST:PORT such as 127.0.0.1:8080 or [::1]:8080';

/** Null when it isn't one. Port 0 means any free port. */
export function parseListen(text: string): Listen | null {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^\s:[\]]+)):(?<port>\d{1,5})$/u.exec(text);
  const groups = match?.groups;
  if (groups === undefined) return null;
  const port = Number(groups['port']);
  if (port > 65_535) return null;
  const six = groups['six'];
  if (six !== undefined) return isIP(six) === 6 ? { host: six, port } : null;
  const host = groups['host'] ?? '';
  // All digits and dots must be an address: 127.0.0.300 is a slip, not a name.
  if (/^[\d.]+$/u.test(host) && isIP(host) !== 4) return null;
  return { host, port };
}

export const formatListen = (listen: Listen): string =>
  listen.host.includes(':') ? `[${listen.host}]:${listen.port}` : `${listen.host}:${listen.port}`;
