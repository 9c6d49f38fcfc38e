/** drainSeconds: between SIGTERM and the first refusal a load balancer has time to turn to other hosts. */
import { Agent, get, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { mailOf } from '../unit/events/stand-ins.ts';
import { SmtpClient } from '../unit/events/smtp-client.ts';
import { startRelay } from './harness/relay.ts';
import { until } from './harness/until.ts';

const DRAIN_MS = 4_000;

interface Looked {
  status: number;
  body: string;
  connection: string | undefined;
}

/** /readyz over a connection that is kept, as a load balancer has it. */
function readyz(http: string, agent: Agent): Promise<Looked> {
  return new Promise((resolve, reject) => {
    const asked = get(`${http}/readyz`, { agent }, (answer: IncomingMessage) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, body, connection: answer.headers.connection }),
      );
    });
    asked.once('error', reject);
  });
}

test('told to end under load, it says 503 to the load balancer at once, and refuses nobody before the drain is over', async () => {
  const relay = await startRelay({
    config: (yaml) => `${yaml}\ndrainSeconds: ${DRAIN_MS / 1_000}\n`,
    oneByOne: true,
  });
  const accepted: { key: string; atMs: number }[] = [];
  const refused: { code: number; atMs: number }[] = [];
  const keep = async (worker: number): Promise<void> => {
    for (let count = 0; refused.length === 0; count += 1) {
      const key = `${worker}-${count}`;
      const code =
        worker % 2 === 0
          ? (
              await relay.sender.enqueues({
                event_action: 'trigger',
                dedup_key: key,
                payload: { summary: `load ${key}`, source: 'x', severity: 'error' },
              })
            ).status
          : (await relay.sender.mails({ to: `db+${key}`, subject: `PROBLEM: load ${key}`, clear: true }))
              .code;
      const atMs = performance.now();
      if (code === 202 || code === 250) accepted.push({ key, atMs });
      else refused.push({ code, atMs });
    }
  };
  const agent = new Agent({ keepAlive: true });
  const idle = await SmtpClient.hello(relay.smtp);
  const late = await SmtpClient.hello(relay.smtp);
  const workers = Array.from({ length: 4 }, (_, worker) => keep(worker));
  await until('twenty alerts are accepted', () => accepted.length >= 20);
  expect(await readyz(relay.http, agent)).toMatchObject({ status: 200, connection: 'keep-alive' });

  const toldMs = performance.now();
  relay.daemon.signal('SIGTERM');
  await relay.daemon.logs(/^draining: alerts are still taken/);
  const looked = await readyz(relay.http, agent);
  expect(looked, 'the first look after it').toMatchObject({ status: 503, connection: 'close' });
  expect(looked.body).toContain('draining');
  const drainingMs = performance.now();
  const mail = mailOf('Subject: PROBLEM: late on db1', '', '');
  expect((await late.send('db+late@alerts.example', mail)).code, 'over a connection from before').toBe(250);
  await until('alerts are accepted during the drain', () => accepted.some(({ atMs }) => atMs > drainingMs));

  expect((await idle.reply()).code, 'whoever says nothing hears of it at the end').toBe(421);
  const saidGoodbyeMs = performance.now();
  expect(await relay.daemon.ended).toEqual({ code: 0, signal: null });
  await Promise.all(workers);
  agent.destroy();
  for (const { atMs } of [...refused, { atMs: saidGoodbyeMs }])
    expect(atMs - toldMs, 'nobody is refused before').toBeGreaterThanOrEqual(DRAIN_MS);
  // 0: by then nobody listens any more.
  expect(refused.map(({ code }) => code).filter((code) => ![0, 421, 503].includes(code))).toEqual([]);

  await relay.start();
  await until('every accepted alert has its incident', async () => {
    const all = new Set((await relay.incidents()).map(({ dedupKey }) => dedupKey));
    return accepted.every(({ key }) => all.has(key)) && (await relay.shows(/late on db1/, 'triggered'));
  });
  await relay.stop();
});

test('a mail that is on its way when the drain is over is answered: taken, or 421 to come again', async () => {
  const relay = await startRelay({ config: (yaml) => `${yaml}\ndrainSeconds: 0.2\n` });
  const client = await SmtpClient.hello(relay.smtp);
  for (const command of ['MAIL FROM:<a@example.com>', 'RCPT TO:<db@alerts.example>', 'DATA'])
    expect((await client.say(command)).code).toBeLessThan(400);
  client.write('Subject: PROBLEM: half on db1\r\n\r\n');
  const other = await SmtpClient.hello(relay.smtp);
  relay.daemon.signal('SIGTERM');
  expect((await other.reply()).code, 'the drain is over').toBe(421);
  client.write('the rest\r\n.\r\n');
  expect((await client.reply()).code).toBe(421);
  expect(await relay.daemon.ended).toEqual({ code: 0, signal: null });
});
