import { describe, expect, inject, it } from 'vitest';
import type { HandleReply } from '../../src/relay/events/smtp/deliver.ts';
import { StoreUnavailableError } from '../../src/relay/store/port.ts';
import { PASSWORD, startDovecot } from './dovecot.ts';
import { alertMail, contents, Journal, startReading } from './reading-rig.ts';

// Without Dovecot the run's last lines say so (test/imap/offer-dovecot.ts).
describe.skipIf(inject('missingDovecot') !== null)('a mailbox on a real IMAP server', () => {
  it('an alert mailed there is taken as it comes, by IDLE alone, and marked as read only afterwards', async () => {
    const dovecot = await startDovecot();
    const { journal, until } = startReading(dovecot);
    await until(({ reads }) => reads === true);
    await dovecot.deliver('alerts', alertMail('PROBLEM: disk full on db1'));
    await journal.until(() => journal.rows.size === 1);
    expect(journal.summaries[0]).toMatch(/^default: .*disk full on db1/);
    await until(({ taken }) => taken === 1);
    expect(await contents(dovecot)).toMatchObject({ all: [expect.any(String)], unread: [] });
  });

  it('two who read the same mailbox take each alert once, with and without a Message-ID', async () => {
    const dovecot = await startDovecot();
    const journal = new Journal();
    for (let k = 1; k <= 20; k += 1)
      await dovecot.deliver('alerts', alertMail(`PROBLEM: ${k}`, [], k % 2 === 0));
    const both = [startReading(dovecot, {}, { journal }), startReading(dovecot, {}, { journal })];
    await Promise.all(both.map(({ until }) => until(({ reads }) => reads === true)));
    expect(journal.rows.size).toBe(20);
    expect((await contents(dovecot)).unread).toEqual([]);
  });

  it('at the first start only what is unread is taken, oldest first, however much it is', async () => {
    const dovecot = await startDovecot();
    const client = await dovecot.client('alerts');
    for (let k = 1; k <= 5; k += 1) await client.append('INBOX', alertMail(`OLD ${k}`), ['\\Seen']);
    for (let k = 1; k <= 60; k += 1) await client.append('INBOX', alertMail(`PROBLEM: number ${k}`));
    const { journal, until } = startReading(dovecot);
    await until(({ reads }) => reads === true);
    expect(journal.summaries.map((text) => Number(/number (\d+)/.exec(text)?.[1]))).toEqual(
      Array.from({ length: 60 }, (_, k) => k + 1),
    );
  });

  it('a crash after an alert is durable and before it is marked: taken again under the same id', async () => {
    const dovecot = await startDovecot();
    await dovecot.deliver('alerts', alertMail('PROBLEM: once', [], false));
    const journal = new Journal();
    const hangs = Promise.withResolvers<void>();
    journal.after = () => hangs.promise;
    const first = startReading(dovecot, {}, { journal });
    await journal.until(() => journal.rows.size === 1);
    expect((await contents(dovecot)).unread, 'nothing is marked yet').toHaveLength(1);
    // The connection goes with the process; what it held in memory is lost.
    await dovecot.stop();
    hangs.reject(new Error('the process is gone'));
    await first.reader.stop();
    await dovecot.start();
    journal.after = () => Promise.resolve();
    const second = startReading(dovecot, {}, { journal });
    await second.until(({ taken }) => taken === 1);
    expect([journal.handedIn, journal.rows.size]).toEqual([2, 1]);
    expect((await contents(dovecot)).unread).toEqual([]);
  });

  it('an alert that can not be kept stays unread and is taken as soon as it can', async () => {
    const dovecot = await startDovecot();
    await dovecot.deliver('alerts', alertMail('PROBLEM: later'));
    const journal = new Journal();
    let tries = 0;
    journal.before = () => {
      tries += 1;
      return tries === 1 ? Promise.reject(new StoreUnavailableError('not now')) : Promise.resolve();
    };
    const { until } = startReading(dovecot, {}, { journal });
    await until(({ reads }) => reads === true);
    expect((await contents(dovecot)).unread).toHaveLength(1);
    await until(({ taken }) => taken === 1);
    expect(journal.rows.size).toBe(1);
  });

  it('a server that is restarted is come back to, and what came meanwhile is taken', async () => {
    const dovecot = await startDovecot();
    const { reader, journal, until } = startReading(dovecot);
    await until(({ reads }) => reads === true);
    await dovecot.stop();
    await until(({ trouble }) => trouble !== null);
    expect(reader.state.trouble?.text).toMatch(/^127\.0\.0\.1:\d+: /);
    await dovecot.start();
    await dovecot.deliver('alerts', alertMail('PROBLEM: after the restart'));
    await journal.until(() => journal.rows.size === 1);
    await until(({ trouble, reads }) => trouble === null && reads === true);
  });

  it('a mailbox that is numbered anew: its first mail is another one than the first before', async () => {
    const dovecot = await startDovecot();
    const client = await dovecot.client('alerts');
    await client.mailboxCreate('Alerts');
    await client.append('Alerts', alertMail('PROBLEM: same words', [], false));
    const { journal, until } = startReading(dovecot, { mailbox: 'Alerts', pollSeconds: 1 });
    await until(({ taken }) => taken === 1);
    await client.mailboxDelete('Alerts');
    // Who has it open isn't told that it has gone: the next look finds out.
    await client.mailboxCreate('Alerts');
    await client.append('Alerts', alertMail('PROBLEM: same words', [], false));
    await until(({ taken }) => taken === 2);
    expect(journal.rows.size).toBe(2);
  });

  it('taken mails are moved, into a mailbox that is made for them', async () => {
    const dovecot = await startDovecot();
    await dovecot.deliver('alerts', alertMail('PROBLEM: to be moved'));
    const { until } = startReading(dovecot, { done: { move: 'Relay/Done' } });
    await until(({ taken }) => taken === 1);
    expect((await contents(dovecot)).all).toEqual([]);
    expect((await contents(dovecot, 'Relay/Done')).all).toEqual(['PROBLEM: to be moved']);
  });

  it('taken mails are deleted, and others stay', async () => {
    const dovecot = await startDovecot();
    await dovecot.deliver('alerts', alertMail('PROBLEM: to go', ['To: db@example.com']));
    await dovecot.deliver('alerts', alertMail('lunch?', ['To: alerts@example.com']));
    const { reader, until } = startReading(dovecot, { done: 'delete', service: null });
    await until(({ taken }) => taken === 1);
    expect(await contents(dovecot)).toEqual({ all: ['lunch?'], unread: ['lunch?'] });
    expect(reader.state.left).toBe(1);
  });

  it('mails that can not be moved are marked where they are, and status says so', async () => {
    const dovecot = await startDovecot();
    await dovecot.deliver('alerts', alertMail('PROBLEM: stays'));
    // A name that this server has no place for.
    const { until, reader } = startReading(dovecot, { done: { move: 'a//b' } });
    await until(({ taken }) => taken === 1);
    expect(reader.state.trouble?.text).toMatch(/can not be moved to a\/\/b: they are marked as read/);
    expect(await contents(dovecot)).toEqual({ all: ['PROBLEM: stays'], unread: [] });
  });

  it('an answer to a page goes to whoever takes answers, a bounce as one, a stranger’s stays unread', async () => {
    const dovecot = await startDovecot();
    const token = 'ana.47.abcdefghijklmnop';
    const taken: Parameters<HandleReply>[0][] = [];
    const reply: HandleReply = async (mail) => {
      taken.push(mail);
      return mail.token === token ? 'taken' : 'unknown-token';
    };
    const to = (one: string): string => `To: relay+${one}@example.com`;
    await dovecot.deliver('alerts', alertMail('Re: page', [to(token)]));
    const bounce = alertMail('Undelivered', [to(token)]).replace('<nagios@example.com>', '<>');
    await dovecot.deliver('alerts', bounce);
    await dovecot.deliver('alerts', alertMail('Re: forged', [to('ana.48.aaaaaaaaaaaaaaaa')]));
    const source = { alerts: false, replies: true, service: null, replyAddress: 'relay+{token}@example.com' };
    const { reader, journal, until } = startReading(dovecot, source, { reply });
    await until(({ taken: count }) => count === 2);
    expect(
      taken
        .filter((mail) => mail.token === token)
        .map(({ mailFrom }) => mailFrom)
        .toSorted(),
    ).toEqual(['', 'nagios@example.com']);
    expect(await contents(dovecot)).toMatchObject({ unread: ['Re: forged'] });
    expect(reader.state.left).toBe(1);
    expect(journal.rows.size).toBe(0);
  });

  it('over TLS from the start, and after STARTTLS, where the server takes no password in the clear', async () => {
    const dovecot = await startDovecot({ tls: true });
    for (const url of [
      `imaps://alerts@127.0.0.1:${dovecot.tlsPort}`,
      `imap://alerts@127.0.0.1:${dovecot.port}`,
    ]) {
      const { reader, until } = startReading(dovecot, {}, { url });
      await dovecot.deliver('alerts', alertMail(`PROBLEM: by ${url}`));
      await until(({ taken }) => taken === 1);
      await reader.stop();
    }
  });

  it('a refused login is told at once, with no password in any word of it', async () => {
    const dovecot = await startDovecot();
    const { reader, logged, until } = startReading(dovecot, {}, { password: `${PASSWORD}-wrong` });
    await until(({ trouble }) => trouble !== null);
    expect(reader.state.trouble).toMatchObject({
      text: expect.stringMatching(/refused the login of alerts/),
      cure: expect.stringMatching(/imap\.passwordFile/),
    });
    expect(JSON.stringify([logged, reader.state])).not.toContain(PASSWORD);
  });

  it('a mailbox that is not there is told by its name', async () => {
    const dovecot = await startDovecot();
    const { reader, until } = startReading(dovecot, { mailbox: 'Nowhere' });
    await until(({ trouble }) => trouble !== null);
    expect(reader.state.trouble?.text).toMatch(/there is no mailbox Nowhere/);
  });
});
