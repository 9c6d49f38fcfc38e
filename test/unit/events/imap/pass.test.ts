import { describe, expect, it, onTestFinished } from 'vitest';
import type { NewInput } from '../../../../src/relay/events/accept.ts';
import { passOver, type PassParts } from '../../../../src/relay/events/imap/pass.ts';
import { createMailReader } from '../../../../src/relay/events/mail/reader.ts';
import { emptyRoster } from '../../../../src/relay/oncall/edits.ts';
import { StoreUnavailableError, type JournalRow } from '../../../../src/relay/store/port.ts';
import { FakeMailbox } from './fake-mailbox.ts';

const nothing = (): void => undefined;
const log = { info: nothing, warn: nothing, error: nothing };
const ROSTER = {
  ...emptyRoster(),
  services: ['default', 'db'].map((id) => ({ id, policy: 'default', keyHashes: [] })),
};

function setUp(change: Partial<PassParts> = {}) {
  const reader = createMailReader({ log });
  onTestFinished(() => reader.close());
  const mailbox = new FakeMailbox();
  const accepted: NewInput[] = [];
  const left = new Set<number>();
  const parts: PassParts = {
    place: { host: 'mail.example.com', user: 'alerts', mailbox: 'INBOX' },
    rules: { user: 'alerts', alerts: true, replies: true, service: 'db', replyAddress: null },
    accept: async (inputs) => {
      accepted.push(...inputs);
      return inputs.map((input) => ({ id: `j:${input.stableId ?? ''}`, input: input.input }) as JournalRow);
    },
    reader,
    reply: null,
    roster: () => ROSTER,
    rosterIsSure: () => true,
    log,
    keptBytes: 512 * 1024,
    isOver: () => false,
    onSettled: nothing,
    ...change,
  };
  return { mailbox, accepted, left, pass: () => passOver(mailbox, left, parts) };
}

const mail = (subject: string, more = ''): string =>
  `From: n@example.com\r\nTo: db@example.com\r\nSubject: ${subject}\r\n${more}\r\ntext\r\n`;
const summaries = (accepted: readonly NewInput[]): string[] =>
  accepted.flatMap(({ input }) => (input.kind === 'alert' ? input.events.map(({ summary }) => summary) : []));

describe('one look over a mailbox', () => {
  it('mails are accepted in their order, though a mail in between takes long to read', async () => {
    const { mailbox, accepted, pass } = setUp();
    for (let uid = 1; uid <= 40; uid += 1) mailbox.put(uid, mail(`PROBLEM: number ${uid}`));
    const html = `<div>${'<p>x</p>'.repeat(20_000)}</div>`;
    mailbox.put(5, mail('PROBLEM: number 5', 'Content-Type: text/html\r\n').replace('text\r\n', html));
    await pass();
    expect(summaries(accepted).map((text) => Number(/number (\d+)/.exec(text)?.[1]))).toEqual(
      Array.from({ length: 40 }, (_, k) => k + 1),
    );
    expect(mailbox.read.size).toBe(40);
  });

  it('what is no mail at all is an alert all the same, with its bytes kept', async () => {
    const { mailbox, accepted, pass } = setUp();
    const bytes = Buffer.from([0xff, 0x00, 0x41, 0x0a, 0xfe]);
    mailbox.put(1, bytes);
    expect(await pass()).toMatchObject({ taken: 1, waiting: 0 });
    expect(accepted[0]?.input).toMatchObject({
      kind: 'alert',
      events: [{ service: 'db', action: 'trigger' }],
    });
    expect(Buffer.from(accepted[0]?.raw ?? [])).toEqual(bytes);
  });

  it('of a mail too large only its beginning is fetched, and it says so', async () => {
    const { mailbox, accepted, pass } = setUp();
    mailbox.put(1, `${mail('PROBLEM: large')}${'x'.repeat(3 * 1024 * 1024)}`);
    await pass();
    expect(accepted[0]?.raw).toHaveLength(512 * 1024);
    expect(mailbox.mostBytes).toBe(512 * 1024);
    const [event] = accepted[0]?.input.kind === 'alert' ? accepted[0].input.events : [];
    expect(event?.reason).toMatch(/only the first 524288 of 31458\d\d bytes were kept/);
  });

  it('however many mails lie there, few are in memory at once', async () => {
    const { mailbox, accepted, pass } = setUp();
    for (let uid = 1; uid <= 200; uid += 1) mailbox.put(uid, mail(`P ${uid}`) + 'y'.repeat(200 * 1024));
    await pass();
    expect(accepted).toHaveLength(200);
    expect(mailbox.mostBytes).toBeLessThanOrEqual(16 * 128 * 1024);
  });

  it('a mail without Message-ID is named by its place; one with it as in the mail server', async () => {
    const { mailbox, accepted, pass } = setUp();
    mailbox.put(7, mail('no id'));
    mailbox.put(8, mail('with id', 'Message-ID: <1@example.com>\r\n'));
    await pass();
    expect(accepted.map(({ stableId }) => stableId)).toEqual([
      expect.stringMatching(/^imap-[0-9a-f]{40}-db$/),
      expect.stringMatching(/^mail-[0-9a-f]{40}$/),
    ]);
  });

  it('nothing is marked before it is durable', async () => {
    const order: string[] = [];
    const { mailbox, pass } = setUp({
      accept: async () => {
        order.push('durable');
        return [];
      },
    });
    mailbox.at = (call) => {
      if (call === 'settle') order.push('marked');
    };
    mailbox.put(1, mail('one'));
    await pass();
    expect(order).toEqual(['durable', 'marked']);
  });

  it('while nothing can be kept no more mails are fetched, and none is marked', async () => {
    let tries = 0;
    const { mailbox, pass } = setUp({
      accept: () => {
        tries += 1;
        return Promise.reject(new StoreUnavailableError('down'));
      },
    });
    for (let uid = 1; uid <= 100; uid += 1) mailbox.put(uid, mail(`P ${uid}`));
    expect(await pass()).toMatchObject({ taken: 0, waiting: 16 });
    expect([tries, mailbox.read.size]).toEqual([16, 0]);
  });

  it('one that can not be kept now holds up no other', async () => {
    const { mailbox, accepted, pass } = setUp({
      accept: async (inputs) => {
        if (summaries(inputs).some((text) => text.includes('stuck'))) throw new StoreUnavailableError('down');
        accepted.push(...inputs);
        return [];
      },
    });
    mailbox.put(1, mail('stuck'));
    for (let uid = 2; uid <= 40; uid += 1) mailbox.put(uid, mail(`P ${uid}`));
    expect(await pass()).toMatchObject({ taken: 39, waiting: 1 });
    expect(mailbox.read.has(1)).toBe(false);
  });

  it('one that the server will not hand out holds up no other, and is named', async () => {
    const { mailbox, accepted, pass } = setUp();
    for (let uid = 1; uid <= 20; uid += 1) mailbox.put(uid, mail(`P ${uid}`));
    mailbox.broken.add(3);
    expect(await pass()).toMatchObject({
      taken: 19,
      waiting: 0,
      refused: [{ uid: 3, why: '[SERVERBUG] internal error' }],
    });
    expect([accepted.length, mailbox.read.has(3)]).toEqual([19, false]);
  });

  it('one whose beginning alone can be had is taken as far as it goes', async () => {
    const { mailbox, accepted, pass } = setUp();
    mailbox.put(1, `${mail('PROBLEM: half')}${'x'.repeat(200 * 1024)}`);
    mailbox.brokenBeyond.set(1, 128 * 1024);
    expect(await pass()).toMatchObject({ taken: 1, refused: [] });
    expect(accepted[0]?.raw).toHaveLength(128 * 1024);
  });

  it('what is none of ours stays unread and is fetched once', async () => {
    const { mailbox, left, pass } = setUp({
      rules: { user: 'alerts', alerts: false, replies: true, service: null, replyAddress: null },
    });
    for (let uid = 1; uid <= 30; uid += 1) mailbox.put(uid, mail('lunch'));
    let fetches = 0;
    mailbox.at = (call) => {
      if (call === 'fetch') fetches += 1;
    };
    await pass();
    await pass();
    expect([left.size, mailbox.read.size, fetches]).toEqual([30, 0, 2]);
  });

  it('an answer whose token is nobody’s stays unread; one that can be judged later only waits', async () => {
    const { mailbox, left, pass } = setUp({
      reply: ({ token }) =>
        token.startsWith('ana')
          ? Promise.resolve('unknown-token')
          : Promise.reject(new StoreUnavailableError('?')),
    });
    mailbox.put(1, 'To: ack+ana.1.aaaaaaaaaaaaaaaa@example.com\r\n\r\nack\r\n');
    mailbox.put(2, 'To: ack+ben.1.aaaaaaaaaaaaaaaa@example.com\r\n\r\nack\r\n');
    expect(await pass()).toMatchObject({ taken: 0, waiting: 1 });
    expect([...left]).toEqual([1]);
    expect(mailbox.read.size).toBe(0);
  });
});
