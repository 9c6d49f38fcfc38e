/** Where no MX leads to relay: alerts and answers come in by a mailbox on another server, a real one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { PASSWORD, startDovecot, type Dovecot } from '../imap/dovecot.ts';
import { alertMail, contents } from '../imap/reading-rig.ts';
import { headerOf } from './harness/people.ts';
import { startRelay, type Relay } from './harness/relay.ts';
import { until } from './harness/until.ts';

async function relayWithMailbox(dovecot: Dovecot): Promise<Relay> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-mailboxes-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const passwordFile = join(dir, 'imap-password');
  await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  return startRelay({
    config: (yaml) =>
      yaml.replace(/replyWorks: .*/, 'replyWorks: auto') +
      [
        'imap:',
        `  - url: imap://pager@127.0.0.1:${dovecot.port}`,
        `    passwordFile: ${passwordFile}`,
        '    for: [alerts, replies]',
        '    replyAddress: pager+{token}@example.com',
        '    service: db',
        '',
      ].join('\n'),
  });
}

/** Tries are up to a minute apart. */
const BACK = { withinMs: 50_000 };

const answered = (relay: Relay): Promise<unknown> =>
  until(
    'pages can be answered by mail',
    async () => {
      const { mail } = await relay.status();
      return mail?.replies.works === true ? mail : undefined;
    },
    BACK,
  );

// Without Dovecot the run's last lines say so (test/imap/offer-dovecot.ts).
describe.skipIf(inject('missingDovecot') !== null)('a mailbox on another server', () => {
  test('an alert mailed there pages ana; she answers by mail, and the answer comes in there too', async () => {
    const dovecot = await startDovecot();
    const relay = await relayWithMailbox(dovecot);
    await answered(relay);
    await dovecot.deliver('pager', alertMail('PROBLEM: disk full on db1', ['To: pager+db@example.com']));
    const page = await relay.mailOf('ana').receives(/disk full on db1/);
    const address = headerOf(page, 'reply-to');
    expect(address).toMatch(/^pager\+ana\.\d+\.[a-z2-7]{16}@example\.com$/);
    expect(page.text).toContain('Reply to this mail with: ack or resolve');

    await dovecot.deliver(
      'pager',
      `Return-Path: <ana@example.com>\nFrom: ana@example.com\nTo: ${address}\nSubject: Re: page\nMessage-ID: <r1@example.com>\n\nack\n`,
    );
    const acked = await relay.shows(/disk full on db1/, 'acknowledged');
    expect(acked.timeline.map(({ text }) => text).join('\n')).toMatch(/acknowledged by email reply by ana/);
    await until('both mails are marked', async () => {
      const { unread } = await contents(dovecot, 'INBOX', 'pager');
      return unread.length === 0 ? true : undefined;
    });
  });

  test('alerts that came while relay was down page when it is back; a stranger’s mail stays unread and is counted', async () => {
    const dovecot = await startDovecot();
    const relay = await relayWithMailbox(dovecot);
    await relay.stop();
    await dovecot.deliver('pager', alertMail('PROBLEM: swap full on db2'));
    await dovecot.deliver('pager', alertMail('Re: page', ['To: pager+ana.1.aaaaaaaaaaaaaaaa@example.com']));
    await relay.start();
    await relay.phone('ana').receives(/swap full on db2/);
    const line = await until('the mailbox has been looked over', async () => {
      const [mailbox] = (await relay.status()).mailboxes ?? [];
      return mailbox?.taken === 1 && mailbox.left === 1 ? mailbox : undefined;
    });
    expect(line).toMatchObject({ name: 'pager@127.0.0.1', reads: true, readHere: true, trouble: null });
    expect(await contents(dovecot, 'INBOX', 'pager')).toMatchObject({ unread: ['Re: page'] });
    const shown = await relay.command('status');
    expect(shown.out).toMatch(
      /mailbox +pager@127\.0\.0\.1: looked .*, 1 taken, 1 left alone: no rule for them/,
    );
  });

  test('a mailbox that can not be read stands among the problems with its cure, and no page offers an answer by mail', async () => {
    const dovecot = await startDovecot();
    const relay = await relayWithMailbox(dovecot);
    await answered(relay);
    await dovecot.stop();
    const problem = await until(
      'the problem shows',
      async () => (await relay.status()).problems.find(({ id }) => id === 'imap'),
      BACK,
    );
    expect(problem.text).toMatch(/^the mailbox pager@127\.0\.0\.1: 127\.0\.0\.1:\d+: /);
    expect(problem.cure).toMatch(/imap\.url/);
    await relay.sender.posts('disk full on db1');
    const page = await relay.mailOf('ana').receives(/disk full on db1/);
    expect(page.text).not.toContain('Reply to this mail');
    await dovecot.start();
    await answered(relay);
    await until(
      'the problem is over',
      async () => ((await relay.status()).problems.some(({ id }) => id === 'imap') ? undefined : true),
      BACK,
    );
  });
});
