/** Load client for mail: its own process, raw sockets, everything prepared beforehand. Prints JSON. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { quantile, rounded } from '../measurement.ts';

export interface SmtpLoad {
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
    connections: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '5' },
    keys: { type: 'string', default: '1000' },
    to: { type: 'string', default: 'default@alerts.example' },
    /** Mails over one connection; 0: as many as there are. */
    each: { type: 'string', default: '0' },
    /** `no`: one command at a time, as scripts do; `yes`: MAIL, RCPT and DATA together, as mail servers do. */
    pipelining: { type: 'string', default: 'no' },
  },
});
const pipelining = values.pipelining === 'yes';
const each = Number(values.each) === 0 ? Number.POSITIVE_INFINITY : Number(values.each);
const FROM = 'MAIL FROM:<monitor@example.com>\r\n';
const TO = `RCPT TO:<${values.to}>\r\n`;
const latenciesMs: number[] = [];
let sent = 0;
let accepted = 0;
let refused = 0;

/** A mail but for its Message-ID, which comes in between. */
const mails = Array.from({ length: Number(values.keys) }, (_, number): [string, string] => {
  const name = `db${String(number).padStart(6, '0')}`;
  return [
    ['From: monitor@example.com', `To: ${values.to}`, `Subject: PROBLEM disk full on ${name}`, ''].join(
      '\r\n',
    ),
    [
      'Date: Sat, 21 Nov 2026 07:33:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Host: ${name}`,
      'State: CRITICAL',
      'The data volume has less than 2 % left.',
      '.',
      '',
    ].join('\r\n'),
  ];
});

function mail(): string {
  sent += 1;
  const [head, rest] = mails[sent % mails.length] ?? ['', ''];
  return `${head}Message-ID: <${process.pid}.${sent}@example.com>\r\n${rest}`;
}

const startMs = performance.now();
const startCpu = process.cpuUsage();
const untilMs = startMs + Number(values.seconds) * 1_000;

type Step = 'greeting' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'body' | 'quit';

/** One connection with its mails; resolves when it is closed. */
function session(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: '127.0.0.1', port: Number(values.port), noDelay: true });
    let step: Step = 'greeting';
    let mailsSent = 0;
    // Of one mail a connection everything counts, from the first packet on.
    let beganMs = performance.now();
    let buffer = '';
    const say = (next: Step, text: string): void => {
      step = next;
      socket.write(text);
    };
    const begin = (): void => {
      if (mailsSent > 0) beganMs = performance.now();
      if (performance.now() >= untilMs || mailsSent >= each) return say('quit', 'QUIT\r\n');
      mailsSent += 1;
      return say('mail', pipelining ? `${FROM}${TO}DATA\r\n` : FROM);
    };
    const answer = (line: string): void => {
      switch (step) {
        case 'greeting':
          return say('ehlo', 'EHLO load.example\r\n');
        case 'ehlo':
          return begin();
        case 'mail':
          step = 'rcpt';
          if (!pipelining) socket.write(TO);
          return undefined;
        case 'rcpt':
          step = 'data';
          if (!pipelining) socket.write('DATA\r\n');
          return undefined;
        case 'data':
          return say('body', mail());
        case 'body':
          latenciesMs.push(performance.now() - beganMs);
          if (line.startsWith('250')) accepted += 1;
          else refused += 1;
          return begin();
        case 'quit':
          socket.end();
          return undefined;
      }
    };
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk: string) => {
      buffer += chunk;
      for (let end = buffer.indexOf('\r\n'); end !== -1; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (line[3] !== '-') answer(line);
      }
    });
  });
}

async function sender(): Promise<void> {
  do await session();
  while (performance.now() < untilMs);
}

await Promise.all(Array.from({ length: Number(values.connections) }, () => sender()));
const seconds = (performance.now() - startMs) / 1_000;
const { user, system } = process.cpuUsage(startCpu);
latenciesMs.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    connections: Number(values.connections),
    seconds: rounded(seconds, 1),
    accepted,
    refused,
    perSecond: rounded(accepted / seconds),
    p50Ms: rounded(quantile(latenciesMs, 0.5), 2),
    p99Ms: rounded(quantile(latenciesMs, 0.99), 2),
    clientCpuShare: rounded((user + system) / 1e6 / seconds, 2),
  } satisfies SmtpLoad),
);
