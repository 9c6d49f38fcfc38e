/** Sends single alerts at an even pace, each its own incident, and prints when each was sent. Its own process. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { markOf, monotonicMs } from './mark.ts';

export interface PacedLoad {
  /** On the clock of `monotonicMs`. */
  sentMs: [mark: string, atMs: number][];
  accepted: number;
}

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    key: { type: 'string' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    first: { type: 'string', default: '0' },
  },
});
const CONNECTIONS = 8;
const intervalMs = 1_000 / Number(values.rate);
const count = Math.round(Number(values.rate) * Number(values.seconds));
const answers = { accepted: 0 };

async function open(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(values.port), noDelay: true });
  await once(socket, 'connect');
  socket.setEncoding('latin1').on('data', (text: string) => {
    answers.accepted += text.split('HTTP/1.1 202').length - 1;
  });
  return socket;
}

const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open()));
const sentMs: [string, number][] = [];
const startMs = monotonicMs();
for (let number = 0; number < count; number += 1) {
  const mark = markOf(Number(values.first) + number);
  const body = JSON.stringify({
    routing_key: values.key,
    event_action: 'trigger',
    dedup_key: `single ${mark}`,
    payload: { summary: `${mark} disk full`, source: 'db1', severity: 'critical' },
  });
  const text = `POST /v2/enqueue HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  await delay(Math.max(0, startMs + number * intervalMs - monotonicMs()));
  sentMs.push([mark, monotonicMs()]);
  sockets[number % CONNECTIONS]?.write(text);
}
for (const limitMs = monotonicMs() + 10_000; answers.accepted < count && monotonicMs() < limitMs; )
  await delay(10);
for (const socket of sockets) socket.destroy();
console.log(JSON.stringify({ sentMs, accepted: answers.accepted } satisfies PacedLoad));
