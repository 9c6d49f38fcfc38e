/** Load client for events by HTTP: its own process, raw keep-alive sockets, one request at a time on each. Prints JSON. */
import { connect } from 'node:net';

const [
  host = '127.0.0.1',
  portText = '',
  routingKey = '',
  connectionsText = '64',
  secondsText = '5',
  keysText = '1000',
] = process.argv.slice(2);
const connections = Number(connectionsText);
const untilMs = performance.now() + Number(secondsText) * 1000;
const keys = Number(keysText);
let sent = 0;
let accepted = 0;
let refused = 0;
const latenciesMs: number[] = [];

function request(number: number): string {
  const body = JSON.stringify({
    routing_key: routingKey,
    event_action: 'trigger',
    dedup_key: `disk-db${number % keys}`,
    payload: {
      summary: `disk full on db${number % keys}`,
      source: `db${number % keys}`,
      severity: 'critical',
      custom_details: { free_percent: 2 },
    },
  });
  return `POST /v2/enqueue HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function run(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(portText), noDelay: true });
    let beganMs = 0;
    let buffer = '';
    const begin = (): void => {
      beganMs = performance.now();
      if (beganMs >= untilMs) socket.end();
      else socket.write(request((sent += 1)));
    };
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('connect', begin);
    socket.on('data', (chunk: string) => {
      buffer += chunk;
      const head = buffer.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(buffer.slice(0, head))?.[1] ?? 0);
      if (buffer.length < head + 4 + length) return;
      if (buffer.startsWith('HTTP/1.1 202')) accepted += 1;
      else refused += 1;
      latenciesMs.push(performance.now() - beganMs);
      buffer = '';
      begin();
    });
  });
}

const startMs = performance.now();
await Promise.all(Array.from({ length: connections }, () => run()));
const seconds = (performance.now() - startMs) / 1000;
latenciesMs.sort((a, b) => a - b);
const at = (share: number): number =>
  Math.round((latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0) * 100) / 100;
console.log(
  JSON.stringify({
    connections,
    seconds: Math.round(seconds * 10) / 10,
    accepted,
    refused,
    perSecond: Math.round(accepted / seconds),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }),
);
