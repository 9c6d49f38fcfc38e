/** An HTTP listener for a test: started on any port, closed afterwards. */
import { connect } from 'node:net';
import { httpIntake, startHttp } from '../../../src/relay/events/http.ts';
import type {
  AlertsPort,
  HttpIntakeOptions,
  HttpOptions,
  RunningHttp,
} from '../../../src/relay/events/http.ts';
import { Journal, KeptLog, roster } from './stand-ins.ts';

export interface Answer {
  code: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface TestHttp {
  http: RunningHttp;
  journal: Journal;
  log: KeptLog;
  url: string;
  post(path: string, body: string | Uint8Array<ArrayBuffer>, contentType?: string): Promise<Answer>;
  get(path: string): Promise<Answer>;
}

const running: RunningHttp[] = [];

/** A daemon that has opened nothing yet. */
export const noAlerts: AlertsPort = {
  store: () => ({ load: async (key) => ({ key, op: null, state: null }), incidents: async () => [] }),
  whenDone: async () => true,
  nowMs: () => Date.UTC(2026, 0, 31),
};

export async function server(
  options: Partial<HttpIntakeOptions> = {},
  listener: Partial<HttpOptions> = {},
): Promise<TestHttp> {
  const journal = new Journal();
  const log = new KeptLog();
  const http = await startHttp({
    listen: { host: '127.0.0.1', port: 0 },
    tls: null,
    log,
    plugins: [httpIntake({ roster, accept: journal.accept, alerts: noAlerts, log, ...options })],
    ...listener,
  });
  running.push(http);
  const url = `http://127.0.0.1:${http.address.port}`;
  return {
    http,
    journal,
    log,
    url,
    post: async (path, body, contentType) =>
      answerOf(
        await fetch(`${url}${path}`, {
          method: 'POST',
          body: typeof body === 'string' ? Buffer.from(body) : body,
          ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
        }),
      ),
    get: async (path) => answerOf(await fetch(`${url}${path}`)),
  };
}

/** For afterEach. */
export async function closeServers(): Promise<void> {
  await Promise.all(running.splice(0).map((one) => one.close()));
}

async function answerOf(response: Response): Promise<Answer> {
  return {
    code: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** Writes bytes as they are and resolves with all that comes back until the server closes or `enough` is seen. */
export function rawRequest(port: number, bytes: string | Uint8Array, enough?: RegExp): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (enough?.test(text) === true) socket.destroy();
    });
    // A server that refuses a body may reset the rest of it: what it said counts.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}
