import { describe, expect, it, onTestFinished } from 'vitest';
import { MailboxError } from '../../../../src/relay/events/imap/port.ts';
import { MailboxReader, type ReaderParts } from '../../../../src/relay/events/imap/reader.ts';
import { createMailReader } from '../../../../src/relay/events/mail/reader.ts';
import { emptyRoster } from '../../../../src/relay/oncall/edits.ts';
import { HandClock } from '../../../contract/hand-clock.ts';
import { calm } from '../../engine/calm.ts';
import { FakeMailbox } from './fake-mailbox.ts';

const nothing = (): void => undefined;
const log = { info: nothing, warn: nothing, error: nothing };
const MAIL = 'From: n@example.com\r\nTo: db@example.com\r\nSubject: PROBLEM: x\r\n\r\ntext\r\n';

function setUp(change: Partial<ReaderParts> = {}) {
  const clock = new HandClock();
  const mails = createMailReader({ log });
  const opened: FakeMailbox[] = [];
  const server = { mailbox: new FakeMailbox(), trouble: null as Error | null, roster: emptyRoster() };
  const waiting = new Set<() => void>();
  const reader: MailboxReader = new MailboxReader({
    place: { host: 'mail.example.com', user: 'alerts', mailbox: 'INBOX' },
    rules: { user: 'alerts', alerts: true, replies: false, service: null, replyAddress: null },
    accept: () => Promise.resolve([]),
    reader: mails,
    reply: null,
    roster: () => server.roster,
    rosterIsSure: () => true,
    log,
    keptBytes: 1_000,
    clock,
    chance: () => 0.5,
    pollMs: 30_000,
    isMine: () => true,
    open: () => {
      if (server.trouble !== null) return Promise.reject(server.trouble);
      opened.push(server.mailbox);
      return Promise.resolve(server.mailbox);
    },
    onChange: () => {
      for (const look of waiting) look();
    },
    ...change,
  });
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  reader.start();
  onTestFinished(async () => {
    server.mailbox.cut(new Error('over'));
    await reader.stop();
    await mails.close();
  });
  return { reader, clock, opened, server, until };
}

const away = (): MailboxError => new MailboxError('mail.example.com:993: ECONNREFUSED', 'Check imap.url.');
const refused = (): MailboxError => new MailboxError('refused the login', 'Check the password.', true);

describe('who reads a mailbox', () => {
  it('comes back after one second when the connection breaks, and nobody hears of it', async () => {
    const { reader, clock, opened, server, until } = setUp();
    await until(() => reader.state.reads === true);
    await calm();
    server.mailbox.cut(away());
    await until(() => reader.state.reads === false);
    expect(reader.state.trouble).toBeNull();
    await calm();
    clock.pass(1_000);
    await until(() => reader.state.reads === true);
    expect(opened).toHaveLength(2);
  });

  it('what lasts is told, waited for longer each time up to a minute, and over when it is', async () => {
    const { reader, clock, server, until } = setUp();
    await until(() => reader.state.reads === true);
    server.trouble = away();
    await calm();
    server.mailbox.cut(away());
    await until(() => reader.state.reads === false);
    for (const delayMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      await calm();
      clock.pass(delayMs);
    }
    await calm();
    expect(reader.state.trouble).toEqual({
      text: 'mail.example.com:993: ECONNREFUSED',
      cure: 'Check imap.url.',
    });
    server.trouble = null;
    clock.pass(60_000);
    await until(() => reader.state.reads === true);
    expect(reader.state.trouble).toBeNull();
  });

  it('a refused login is told at once and not tried again within a minute', async () => {
    let tries = 0;
    const { reader, clock, until } = setUp({
      open: () => {
        tries += 1;
        return Promise.reject(refused());
      },
    });
    await until(() => reader.state.trouble !== null);
    await calm();
    clock.pass(59_000);
    await calm();
    expect(tries).toBe(1);
    clock.pass(1_000);
    await calm();
    expect(tries).toBe(2);
  });

  it('a host that another reads for looks in every two minutes, and leaves again', async () => {
    const { reader, clock, opened, server, until } = setUp({ isMine: () => false });
    await until(() => reader.state.reads === true);
    await calm();
    expect([opened.length, server.mailbox.isOpen]).toEqual([1, false]);
    for (let seconds = 0; seconds < 115; seconds += 5) {
      clock.pass(5_000);
      await calm();
    }
    expect(opened).toHaveLength(1);
    clock.pass(5_000);
    await calm();
    expect(opened).toHaveLength(2);
  });

  it('what was left alone is looked at again once the roster has a service for it', async () => {
    const { reader, server, until } = setUp();
    await until(() => reader.state.reads === true);
    await calm();
    server.mailbox.put(1, MAIL);
    await until(() => reader.state.left === 1);
    await calm();
    const services = [{ id: 'db', policy: 'default', keyHashes: [] }];
    server.roster = { ...server.roster, version: 2, services };
    server.mailbox.put(2, MAIL);
    await until(() => reader.state.taken === 2);
    expect(reader.state.left).toBe(0);
  });

  it('what could not be moved stands there until mails are moved again', async () => {
    const { reader, server, until } = setUp({
      rules: { user: 'alerts', alerts: true, replies: false, service: 'db', replyAddress: null },
    });
    server.mailbox.settled = { moved: false, why: 'mails can not be moved to Done' };
    await until(() => reader.state.reads === true);
    await calm();
    server.mailbox.put(1, MAIL);
    await until(() => reader.state.trouble !== null);
    await calm();
    server.mailbox.settled = { moved: true };
    server.mailbox.put(2, MAIL);
    await until(() => reader.state.taken === 2);
    expect(reader.state.trouble).toBeNull();
  });

  it('a mail that the server will not hand out is told until somebody has looked at it', async () => {
    const { reader, server, until } = setUp();
    await until(() => reader.state.reads === true);
    await calm();
    server.mailbox.broken.add(7);
    server.mailbox.put(7, MAIL);
    await until(() => reader.state.trouble !== null);
    expect(reader.state).toMatchObject({
      reads: true,
      trouble: {
        text: 'the server will not hand out a mail (UID 7: [SERVERBUG] internal error)',
        cure: expect.stringMatching(/read it with a mail program/),
      },
    });
    await calm();
    server.mailbox.read.add(7);
    server.mailbox.put(8, MAIL);
    await until(() => reader.state.left === 1);
    expect(reader.state.trouble).toBeNull();
  });

  it('goes on when nobody can say for a moment whose the mailbox is', async () => {
    let fails = true;
    const { reader, clock, until } = setUp({
      isMine: () => {
        if (fails) throw new Error('no host owns anything: there is none');
        return true;
      },
    });
    await until(() => reader.state.reads === false);
    fails = false;
    await calm();
    clock.pass(1_000);
    await until(() => reader.state.reads === true);
  });
});
