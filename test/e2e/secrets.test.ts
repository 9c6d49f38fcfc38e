/** Secrets stay where they are: looked for in everything the daemon writes, answers and shows of itself. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { headerOf } from './harness/people.ts';
import { startRelay } from './harness/relay.ts';
import { sendMail } from './harness/sender.ts';

const run = promisify(execFile);

test('no token, password, routing key or reply address is in the log, in `ps`, or in an answer of the API', async () => {
  const relay = await startRelay();
  await relay.stop();
  await relay.start({ env: { RELAY_LOG_LEVEL: 'trace' } });
  const key = relay.db.routingKey ?? '';
  // Good and bad ways in, by each of which a secret could get into a log.
  await relay.sender.enqueues({
    event_action: 'trigger',
    payload: { summary: 'load on db0', source: 'db0', severity: 'error' },
  });
  await relay.sender.posts('disk full on db1');
  await relay.sender.mails({ to: relay.db.emailWithKey ?? '', subject: 'PROBLEM: raid on db2' });
  await relay.sender.mails({ to: `nobody-${key}@alerts.example`, subject: 'PROBLEM: cpu on db3' });
  await fetch(`${relay.http}/e/${key}?text=`);
  await fetch(`${relay.http}/e/${key}/x`, { method: 'PUT', headers: { authorization: `Bearer ${key}` } });
  await fetch(`${relay.http}/e/${key}`, { method: 'POST', body: `{"summary": {"${key}": 1}}` });
  const mail = await relay.mailOf('ana').receives(/disk full/);
  const token = /ack\+([^@>\s]+)/.exec(headerOf(mail, 'reply-to'))?.[1] ?? '';
  await relay.mailOf('ana').answers(mail, 'ack');
  await relay.shows(/disk full/, 'acknowledged');
  const [head, tail] = [token.slice(0, -1), token.at(-1) === 'a' ? 'b' : 'a'];
  await relay.mailOf('ana').answers(mail, 'ack', { to: `ack+${head}${tail}@alerts.example` });
  // Providers that say no: their errors must not quote what we sent.
  relay.twilio.authToken = 'changed';
  relay.mailbox.failNext({ at: 'auth', do: 'refuse', code: 535 });
  relay.mailbox.closeConnections();
  await relay.command('test', 'ben');
  await sendMail(relay.smtp, {
    from: 'x@example.com',
    to: `ack+${token}@elsewhere.example`,
    subject: 'x',
    text: 'ack',
  });
  await relay.reconfigure((yaml) => yaml.replace(/from: "?\+.*/, 'from: +1'));
  const numbers = (await relay.incidents()).map(({ number }) => number);
  const answers = await Promise.all(
    ['overview', 'status', 'incidents?all=1', 'people', 'services', 'policies', 'oncall']
      .map((path) => relay.api.get<unknown>(`/v1/${path}`))
      .concat(numbers.map((number) => relay.incident(number))),
  );
  const apiToken = (await readFile(join(relay.dir, 'keys', 'api.token'), 'utf8')).trim();
  const { stdout: processes } = await run('ps', ['-eo', 'args']);
  const metrics = await (await fetch(`${relay.http}/metrics`)).text();
  const shown = {
    log: relay.daemon.text + relay.daemon.errors,
    ps: processes,
    api: JSON.stringify(answers),
    metrics,
  };
  expect(shown.log.length).toBeGreaterThan(500);
  expect(shown.api).toContain('disk full');
  expect(token).toMatch(/^ana\.\d+\.[a-z2-7]{16}$/);
  const secrets = {
    'the Twilio token': relay.secrets.twilioToken,
    'the mail password': relay.secrets.mailPassword,
    'the routing key': key,
    'the API token': apiToken,
    'a mail token': token.slice(-16),
  };
  const found = Object.entries(shown).flatMap(([where, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => text.includes(secret))
      .map(([what, secret]) => {
        const at = text.indexOf(secret);
        return `${what} in ${where}: …${text.slice(Math.max(0, at - 150), at)}`;
      }),
  );
  expect(found).toEqual([]);
});
