/**
 * Load client for events by HTTP: its own process, raw keep-alive sockets, one request at a time on each, everything
 * prepared beforehand, because it shares the processors with what it measures. Prints JSON.
 */
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { quantile, rounded } from '../measurement.ts';

export interface HttpLoad {
  connections: number;
  seconds: number;
  accepted: number;
  refused: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of one processor. */
  clientCpuShare: number;
}

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    key: { type: 'string' },
    connections: { type: 'string', default: '64' },
    /** How long, or until `count` are sent. */
    seconds: { type: 'string', default: '5' },
    count: { type: 'string' },
    /** Dedup keys, and what they begin with. */
    keys: { type: 'string', default: '1000' },
    prefix: { type: 'string', default: 'disk-db' },
    /** At most so many a second; absent: as many as are answered. */
    rate: { type: 'string' },
  },
});
const connections = Number(values.connections);
const most = values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count);
const rate = values.rate === undefined ? null : Number(values.rate);
const latenciesMs: number[] = [];
let sent = 0;
let accepted = 0;
let refused = 0;

function request(number: number): Buffer {
  const name = String(number).padStart(6, '0');
  const body = JSON.stringify({
    routing_key: values.key,
    event_action: 'trigger',
    dedup_key: `${values.prefix}${name}`,
    payload: {
      summary: `disk full on db${name}`,
      source: `db${name}`,
      severity: 'critical',
      custom_details: { free_percent: 2 },
    },
  });
  return Buffer.from(
    `POST /v2/enqueue HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const requests = Array.from({ length: Number(values.keys) }, (_, number) => request(number));
const startMs = performance.now();
const startCpu = process.cpuUsage();
const untilMs =
  values.count === undefined ? startMs + Number(values.seconds) * 1_000 : Number.POSITIVE_INFINITY;
/** Of an answer 202; they are all of one length, as the keys are. */
let acceptedLength = 0;

function run(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(values.port), noDelay: true });
    let beganMs = 0;
    let buffer = '';
    const begin = (): void => {
      const waitMs = rate === null ? 0 : startMs + (sent / rate) * 1_000 - performance.now();
      if (waitMs > 1) {
        setTimeout(begin, waitMs);
        return;
      }
      beganMs = performance.now();
      const next = requests[sent % requests.length];
      if (beganMs >= untilMs || sent >= most || next === undefined) socket.end();
      else {
        sent += 1;
        socket.write(next);
      }
    };
    const end = (ok: boolean): void => {
      if (ok) accepted += 1;
      else refused += 1;
      latenciesMs.push(performance.now() - beganMs);
      begin();
    };
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('connect', begin);
    socket.on('data', (chunk: Buffer) => {
      // The digits of "HTTP/1.1 202".
      if (buffer === '' && chunk.length === acceptedLength && chunk[9] === 0x32 && chunk[11] === 0x32) {
        end(true);
        return;
      }
      buffer += chunk.toString('latin1');
      const head = buffer.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(buffer.slice(0, head))?.[1] ?? 0);
      if (buffer.length < head + 4 + length) return;
      const ok = buffer.startsWith('HTTP/1.1 202');
      if (ok) acceptedLength = buffer.length;
      buffer = '';
      end(ok);
    });
  });
}

await Promise.all(Array.from({ length: connections }, () => run()));
const seconds = (performance.now() - startMs) / 1_000;
const { user, system } = process.cpuUsage(startCpu);
latenciesMs.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    connections,
    seconds: rounded(seconds, 1),
    accepted,
    refused,
    perSecond: rounded(accepted / seconds),
    p50Ms: rounded(quantile(latenciesMs, 0.5), 2),
    p99Ms: rounded(quantile(latenciesMs, 0.99), 2),
    clientCpuShare: rounded((user + system) / 1e6 / seconds, 2),
  } satisfies HttpLoad),
);
