import { expect, it, onTestFinished } from 'vitest';
import { readImapUrl } from '../../../src/relay/config/imap-url.ts';
import type { Config, ImapMailbox } from '../../../src/relay/config/types.ts';
import { Mailboxes, type MailboxAnswers } from '../../../src/relay/daemon/mailboxes.ts';
import { MailReplies } from '../../../src/relay/daemon/mail-replies.ts';
import { systemClock } from '../../../src/relay/daemon/system.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { freePort } from '../../contract/free-port.ts';

const nothing = (): void => undefined;
const log = { info: nothing, warn: nothing, error: nothing };

async function nobodyThere(change: Partial<ImapMailbox> = {}): Promise<ImapMailbox> {
  const server = readImapUrl(`imap://pager@127.0.0.1:${await freePort()}`);
  if (server === null) throw new Error('no IMAP URL');
  return {
    server,
    passwordFile: null,
    mailbox: 'INBOX',
    alerts: true,
    replies: true,
    service: 'db',
    done: 'seen',
    pollSeconds: 30,
    replyAddress: 'pager+{token}@example.com',
    ...change,
  };
}

function mailboxes(isMine: boolean) {
  const raised = Promise.withResolvers<[string, string, string]>();
  const failed = Promise.withResolvers<void>();
  const answers: (MailboxAnswers | null)[] = [];
  const all = new Mailboxes({
    accept: () => Promise.resolve([]),
    reader: {
      read: () => Promise.resolve([]),
      readReply: () => Promise.reject(new Error('no mail is there')),
      close: () => Promise.resolve(),
    },
    reply: () => Promise.resolve('taken'),
    roster: emptyRoster,
    rosterIsSure: () => true,
    isMine: () => isMine,
    clock: systemClock,
    log,
    problems: { raise: (...problem) => raised.resolve(problem), clear: nothing },
    onAnswers: (one) => {
      answers.push(one);
      if (all.lines[0]?.reads === false) failed.resolve();
    },
  });
  onTestFinished(() => all.stop());
  return { all, answers, raised: raised.promise, failed: failed.promise };
}

it('a mailbox that can not be reached is a problem with a cure, and takes no answers', async () => {
  const { all, answers, raised } = mailboxes(true);
  await all.change({ imap: [await nobodyThere()] }, ['secret']);
  expect(answers).toEqual([expect.objectContaining({ works: false })]);
  const [id, text, cure] = await raised;
  expect([id, text]).toEqual([
    'imap',
    expect.stringMatching(/^the mailbox pager@127\.0\.0\.1: .*ECONNREFUSED/),
  ]);
  expect(cure).toMatch(/Check host and port in imap\.url/);
  expect(answers.at(-1)).toMatchObject({
    works: false,
    text: expect.stringMatching(/which can not be read/),
  });
  await all.change({}, []);
  expect(answers.at(-1)).toBeNull();
  expect(all.lines).toEqual([]);
});

it('a host that only looks in leaves it to the reading one to speak of trouble', async () => {
  const { all, raised, failed } = mailboxes(false);
  let spoken = false;
  void raised.then(() => {
    spoken = true;
  });
  await all.change({ imap: [await nobodyThere()] }, ['secret']);
  await failed;
  expect([spoken, all.lines[0]?.isMine]).toEqual([false, false]);
});

it('pages name the mailbox’s address while it is read; one too long for a local part is left out', () => {
  const config = { mail: { replyWorks: 'auto' }, smtp: null } as unknown as Config;
  const replies = new MailReplies(config, new Uint8Array(32).fill(1));
  expect(replies.state.works).toBe(false);
  replies.mailbox({ works: true, text: 'by a mailbox', replyAddress: 'pager+{token}@example.com' });
  expect(replies.state).toEqual({ works: true, text: 'by a mailbox' });
  expect(replies.address('ana.47')).toMatch(/^pager\+ana\.47\.[a-z2-7]{16}@example\.com$/);
  expect(replies.address(`${'a'.repeat(32)}.1234567`)).not.toBeNull();
  replies.mailbox({ works: true, text: 'by a mailbox', replyAddress: 'pagers+{token}@example.com' });
  expect(replies.address(`${'a'.repeat(32)}.12345678`)).toBeNull();
  replies.mailbox({ works: false, text: 'can not be read', replyAddress: 'pager+{token}@example.com' });
  expect(replies.address('ana.47')).toBeNull();
});
