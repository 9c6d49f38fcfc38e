/** More than one provider for a channel: what one surely hasn't sent goes to the next, and somebody hears of the first. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startGatewayStandin, type GatewayStandin } from '../../src/standins/gateway.ts';
import { startMailbox } from '../../src/standins/mailbox.ts';
import { startRelay } from './harness/relay.ts';
import { until } from './harness/until.ts';
import { isSent } from './harness/sent.ts';

/** A folder for what a test puts beside relay.yaml. */
async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-e2e-providers-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** An SMS gateway, and what relay.yaml says of it. */
async function gateway(): Promise<{ standin: GatewayStandin; config: (yaml: string) => string }> {
  const standin = await startGatewayStandin();
  onTestFinished(() => standin.close());
  const secret = join(await folder(), 'smsgateway');
  await writeFile(secret, `${standin.token}\n`, { mode: 0o600 });
  return {
    standin,
    config: (yaml) => `${yaml}
providers:
  - name: smsgateway
    channel: sms
    http:
      url: ${standin.baseUrl}/v1/messages
      headers: { Authorization: "Bearer {secret}" }
      secretFile: ${secret}
      json: { to: "{to}", from: RELAY, text: "{text}", reference: "{id}" }
      accepted: { status: [201], id: /messages/0/id }
      check: ${standin.baseUrl}/v1/account
`,
  };
}

/** The text that the gateway sends to that number and that matches. */
const sent = (standin: GatewayStandin, to: string, text: RegExp): Promise<string> =>
  until(
    `the gateway sends ${String(text)} to ${to}`,
    () => standin.ledger.find((one) => one.to === to && text.test(one.text))?.text,
    { seen: () => `it has sent ${JSON.stringify(standin.ledger)}` },
  );

test('the account at Twilio is suspended: the page comes by the second provider, and somebody is paged about the first', async () => {
  const { standin, config } = await gateway();
  const relay = await startRelay({ config });
  relay.twilio.accountStatus = 'suspended';
  await relay.sender.posts('disk full on db1');
  await sent(standin, relay.numberOf('ana'), /disk full on db1/);
  const detail = await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.some(({ channel, status }) => channel === 'sms' && isSent(status)),
  );
  expect(detail.messages.filter(({ channel }) => channel === 'sms')).toHaveLength(1);
  const lines = detail.timeline.map(({ text }) => text).join('\n');
  expect(lines).toMatch(/sms to ana, code \d+: refused: /);
  expect(lines).toMatch(/sms to ana, code \d+: accepted by smsgateway as gw-\d+/);
  await sent(standin, relay.numberOf('ben'), /twilio-sms takes no pages at present/);
  await relay.mailOf('ana').receives(/twilio-sms takes no pages at present/);
  expect((await relay.status()).problems.map(({ id }) => id)).toContain('account-twilio-sms');
  expect(relay.phone('ana').all).toEqual([]);
});

test('the second provider has no part in what the first may have sent', async () => {
  const { standin, config } = await gateway();
  const relay = await startRelay({ config });
  relay.twilio.failNext({ kind: 'reset', accept: true });
  await relay.sender.posts('disk full on db1');
  await relay.mailOf('ana').receives(/disk full/);
  await relay.phone('ana').receives(/disk full/);
  const detail = await relay.shows(/disk full/, 'triggered', ({ timeline }) =>
    timeline.some(({ text }) => /in doubt/.test(text)),
  );
  expect(detail.messages.filter(({ channel }) => channel === 'sms')).toHaveLength(1);
  expect(standin.calls).toBe(0);
});

test('a mail server that refuses: the next one sends the same mail from its own address, in the same thread', async () => {
  const second = await startMailbox({ auth: { user: 'relay', password: 'second-password' } });
  onTestFinished(() => second.close());
  const secret = join(await folder(), 'mail-2');
  await writeFile(secret, 'second-password\n', { mode: 0o600 });
  const servers = `mail:
  servers:
    - url: ${second.url.replace('://', '://relay@')}
      from: relay@backup.example
      passwordFile: ${secret}
`;
  const relay = await startRelay({ config: (yaml) => yaml.replace(/^mail:\n/mu, servers) });
  relay.mailbox.failNext({ at: 'rcpt', do: 'refuse', code: 451 });
  await relay.sender.posts('disk full on db1');
  const mail = await until(
    'the second mail server takes the page',
    () => second.mails.map(({ raw }) => raw.toString()).find((raw) => /^Subject: .*disk full/mu.test(raw)),
    { seen: () => relay.daemon.tail() },
  );
  expect(mail).toMatch(/^From: .*relay@backup\.example/m);
  expect(mail).toMatch(/^Message-ID: <.*@alerts\.example>/im);
  expect(relay.mailOf('ana').all).toEqual([]);
  const { channels } = await relay.status();
  expect(channels.find(({ channel }) => channel === 'email')?.providers).toEqual(['mail', 'mail-2']);
});

test('a command of the machine is a way of its own, and relay test names who took it', async () => {
  const dir = await folder();
  const program = join(dir, 'siren');
  await writeFile(program, `#!/bin/sh\n{ echo "$1"; cat; } >> ${dir}/heard\n`);
  await chmod(program, 0o755);
  const config = (yaml: string): string => `${yaml}
providers:
  - { name: siren, channel: push, exec: { command: [${program}, "{to}"] } }
`;
  const relay = await startRelay({ config });
  const edited = await relay.command('person', 'edit', 'ana', '--push', 'siren:office');
  expect([edited.exit, edited.out]).toEqual([0, expect.stringMatching(/siren:office/)]);
  const tested = await relay.command('test', 'ana');
  expect([tested.exit, tested.out]).toEqual([0, expect.stringMatching(/accepted by siren as ana\.\d+/)]);
  expect(tested.out).toMatch(/accepted by twilio-sms as SM/);
  expect(await readFile(join(dir, 'heard'), 'utf8')).toMatch(/^office\nRelay test for Ana/);
});
