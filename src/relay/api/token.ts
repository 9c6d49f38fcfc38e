/** The bearer token of the TCP listener. The unix socket needs none: its file mode is the guard. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares hashes, so that neither length nor content shows in the time it takes. */
export function bearerIs(token: string, request: IncomingMessage): boolean {
  const given = /^Bearer +(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token)) && given !== '';
}
