/** Many notices while a mail server wants everything later: the state stays small and nobody misses one. */
import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { SendOutcome } from '../../../src/relay/messaging/port.ts';
import {
  begin,
  expire,
  MAILBOX,
  outcome,
  PHONE,
  REFUSED,
  take,
  TAKEN,
  tell,
  type Conversation,
} from './conversation.ts';

const LATER: SendOutcome = { kind: 'refused', permanent: false, code: '450', error: 'try later' };
const OTHER_MAILBOX = { ...MAILBOX, address: 'ana@home.example.com' };
const LONG = 'x'.repeat(4_200);

const notice = (count: number, details?: string): ResponderInput => ({
  kind: 'notice',
  id: `n${count}`,
  about: `handoff of rotation r${count}`,
  text: `On call now in r${count}`,
  subject: `On call: r${count}`,
  ...(details === undefined ? {} : { details }),
});

const sizeOf = (talk: Conversation): number => JSON.stringify(talk.state).length;

/** So many notices, each refused for now. */
function refused(talk: Conversation, count: number, details?: string): Conversation {
  for (let index = 1; index <= count; index += 1) {
    take(talk, notice(index, details));
    for (const { row, attempt, status } of talk.state.messages) {
      if (status === 'claimed') take(talk, outcome(row.code, LATER, attempt));
    }
  }
  return talk;
}

/** Everything under way is taken, and what waited for it, until nothing is left; the bodies of all of it. */
function arrive(talk: Conversation): string[] {
  for (let round = 0; round < 100 && talk.state.messages.length > 0; round += 1) {
    for (const { row, attempt, status } of talk.state.messages) {
      if (status === 'retry') expire(talk, row.code);
      else take(talk, outcome(row.code, TAKEN, attempt));
    }
  }
  return [...talk.rows.values()].map(({ subject, body }) => `${subject ?? ''}\n${body}`);
}

describe('more notices than a state should hold', () => {
  it.each([4, 40, 400])('%i long ones leave it small', (count) => {
    const talk = refused(begin(PHONE, MAILBOX), count, LONG);
    expect(sizeOf(talk)).toBeLessThan(16 * 1024);
    expect(talk.timers.size, 'and something wakes them').toBeGreaterThan(0);
  });

  it('share one mail once there is room, each by its line', () => {
    const talk = refused(begin(PHONE, MAILBOX), 12, LONG);
    const mails = arrive(talk);
    for (let count = 1; count <= 12; count += 1) {
      expect(
        mails.filter((one) => new RegExp(`On call: r${count}\\b`).test(one)),
        `r${count}`,
      ).toHaveLength(1);
    }
    expect(mails.at(-1)).toMatch(/^\d+ notices from Relay\n/);
    expect(mails.at(-1)).toContain('On call: r12\nOn call now in r12\n');
    expect(talk.state.notices).toBeUndefined();
    expect([...talk.timers.keys()]).not.toContain('notices');
  });

  it('say how many they are where one mail has no room to name them', () => {
    const mails = arrive(refused(begin(PHONE, MAILBOX), 400, LONG));
    const [, count = 0, listed = 0] =
      /^(\d+) notices from Relay, the first (\d+) here/.exec(mails.at(-1) ?? '') ?? [];
    expect(Number(listed)).toBeGreaterThan(20);
    expect(Number(count) + mails.length - 1).toBe(400);
  });

  it('share a text where there is no mailbox', () => {
    const bodies = arrive(refused(begin(PHONE), 12));
    expect(bodies.at(-1)).toMatch(/^\n\d+ notices: On call now in r\d+; On call now in /);
  });

  it('lose nothing when only one of them found no room', () => {
    const talk = refused(begin(MAILBOX), 2, LONG);
    take(talk, notice(3, `${'y'.repeat(2_000)} the end`));
    expect(talk.state.notices?.filter((one) => one.code === null)).toHaveLength(1);
    expect(arrive(talk).at(-1)).toMatch(/^On call: r3\n.* the end\n/);
  });

  it('wait no longer than for one that ends, and then behind pages alone', () => {
    const talk = refused(begin(MAILBOX), 4, LONG);
    const waiting = () => talk.state.notices?.filter((one) => one.code === null).length;
    expect(waiting()).toBe(1);
    const [first] = talk.state.messages;
    expire(talk, first?.row.code ?? 0);
    take(talk, outcome(first?.row.code ?? 0, TAKEN, 2));
    expect(waiting()).toBe(0);
    expect(take(talk, tell(7, 1))).toEqual([`claim ${talk.state.nextCode - 1} by email`]);
  });
});

describe('a long notice', () => {
  it('is kept once while it is under way, and twice only for a second mailbox', () => {
    const talk = begin(PHONE, MAILBOX);
    take(talk, notice(1, LONG));
    expect(sizeOf(talk)).toBeLessThan(6_000);
    expect(take(talk, outcome(1, REFUSED))).toEqual(['1 failed', 'claim 2 by sms']);
    const two = begin(MAILBOX, OTHER_MAILBOX);
    take(two, notice(1, LONG));
    take(two, outcome(1, REFUSED));
    expect(two.rows.get(2)).toMatchObject({ to: OTHER_MAILBOX.address });
    expect(two.rows.get(2)?.body).toMatch(/^x{3999}…/);
  });

  it('is cut, whatever brought it', () => {
    const talk = begin(PHONE);
    const long = 'é'.repeat(50_000);
    take(talk, { kind: 'notice', id: 'n1', about: long, text: long, subject: long, details: long });
    expect(sizeOf(talk)).toBeLessThan(8_000);
  });
});
