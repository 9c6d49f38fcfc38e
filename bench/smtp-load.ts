/** Load client for mail: its own process, raw sockets, one mail after the other on each connection. Prints JSON. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

const [
  host = '127.0.0.1',
  portText = '',
  connectionsText = '32',
  secondsText = '5',
  keysText = '1000',
  to = 'default@alerts.example',
] = process.argv.slice(2);
const connections = Number(connectionsText);
const untilMs = performance.now() + Number(secondsText) * 1000;
const keys = Number(keysText);
let sent = 0;
let answered = 0;
let refused = 0;
const latenciesMs: number[] = [];

function mail(number: number): string {
  return [
    'From: monitor@example.com',
    `To: ${to}`,
    `Subject: PROBLEM disk full on db${number % keys}`,
    `Message-ID: <${process.pid}.${number}@example.com>`,
    'Date: Sat, 21 Nov 2026 07:33:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Host: db${number % keys}`,
    'State: CRITICAL',
    'The data volume has less than 2 % left.',
    '.',
    '',
  ].join('\r\n');
}

type Step = 'greeting' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'body' | 'quit';

function run(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host, port: Number(portText), noDelay: true });
    let step: Step = 'greeting';
    let beganMs = 0;
    let buffer = '';
    const say = (next: Step, text: string): void => {
      step = next;
      socket.write(text);
    };
    const begin = (): void => {
      beganMs = performance.now();
      if (beganMs >= untilMs) say('quit', 'QUIT\r\n');
      else say('mail', 'MAIL FROM:<monitor@example.com>\r\n');
    };
    const answer = (line: string): void => {
      if (step === 'greeting') say('ehlo', 'EHLO load.example\r\n');
      else if (step === 'ehlo') begin();
      else if (step === 'mail') say('rcpt', `RCPT TO:<${to}>\r\n`);
      else if (step === 'rcpt') say('data', 'DATA\r\n');
      else if (step === 'data') say('body', mail((sent += 1)));
      else if (step === 'body') {
        latenciesMs.push(performance.now() - beganMs);
        if (line.startsWith('250')) answered += 1;
        else refused += 1;
        begin();
      } else socket.end();
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
    accepted: answered,
    refused,
    perSecond: Math.round(answered / seconds),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }),
);
