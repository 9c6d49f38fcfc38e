/** Somebody who is asked over HTTP, on loopback, and answers as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Watched {
  url: string;
  asked: { method: string; path: string; agent: string }[];
  /** What it answers from now on; null: nothing at all. */
  answers: number | null;
  /** It no longer listens. */
  close(): Promise<void>;
}

/** Answers 200 until told otherwise; ends with the test. */
export async function watched(path: string): Promise<Watched> {
  const asked: Watched['asked'] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push({
      method: request.method ?? '',
      path: request.url ?? '',
      agent: request.headers['user-agent'] ?? '',
    });
    if (one.answers === null) return;
    response.writeHead(one.answers, { location: '/elsewhere' });
    response.end('ok');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const one: Watched = { url: `http://127.0.0.1:${port}${path}`, asked, answers: 200, close };
  return one;
}
