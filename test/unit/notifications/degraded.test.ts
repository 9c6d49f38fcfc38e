import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import { newResponder } from '../../../src/relay/notifications/machine.ts';
import {
  MESSAGE,
  messageKey,
  TOLD,
  toldKey,
  type MessageRow,
} from '../../../src/relay/notifications/rows.ts';
import {
  answerText,
  emailText,
  fitSms,
  noticeText,
  segments,
  smsText,
  testMail,
  testText,
} from '../../../src/relay/notifications/text.ts';
import { isGsm7 } from '../../../src/relay/notifications/gsm7.ts';
import { readSmsCommand } from '../../../src/relay/messaging/replies.ts';
import {
  begin,
  cancel,
  MAILBOX,
  PHONE,
  reply,
  TAKEN,
  outcome,
  take,
  tell,
  type Conversation,
} from './conversation.ts';

/** Ana's phone and mailbox, at host h1 without a quorum. */
function alone(): Conversation {
  const talk = begin(PHONE, MAILBOX);
  talk.degraded = 'h1';
  talk.state = newResponder('ana', 910_001);
  return talk;
}

describe('a page that a host sends without a quorum', () => {
  it('says so on every way, and has a code of that host', () => {
    const talk = alone();
    expect(take(talk, tell(910_001, 1))).toEqual(['claim 910001 by sms', 'claim 910002 by email']);
    expect(talk.rows.get(910_001)).toMatchObject({
      degraded: true,
      body: '[no quorum, sent by h1] #910001 ERROR db: disk 910001 is full. Reply 910001a ack, 910001c resolve',
    });
    const mail = talk.rows.get(910_002);
    expect(mail?.subject).toBe('[#910001] (no quorum, sent by h1) ERROR db: disk 910001 is full');
    expect(mail?.body).toMatch(/^h1 sends this on its own: the relay's hosts have no quorum\./);
  });

  it('is answered with the same mark', () => {
    const talk = alone();
    take(talk, tell(910_001, 1));
    take(talk, outcome(910_001, TAKEN));
    talk.facts.set(910_001, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', 910_001))).toContain('ack #910001');
    expect(talk.rows.get(910_003)).toMatchObject({ purpose: 'answer', degraded: true });
    expect(talk.rows.get(910_003)?.body).toMatch(/^\[no quorum, sent by h1\] Acked #910001/);
  });

  it('is a test too', () => {
    const talk = alone();
    take(talk, { kind: 'test', id: 'j:1', actor: 'root' });
    expect(talk.rows.get(910_001)?.body).toMatch(/^\[no quorum, sent by h1\] Relay test for Ana/);
    expect(talk.rows.get(910_002)?.subject).toBe('(no quorum, sent by h1) Relay test for Ana');
  });

  it('says of how many incidents it tells, however long the mark makes it', () => {
    for (let length = 20; length <= 60; length += 1) {
      const talk = alone();
      talk.contacts = [PHONE];
      for (let number = 1; number <= 24; number += 1) {
        talk.facts.set(number, { status: 'triggered', by: null });
        take(talk, tell(number, 1, { summary: 'x'.repeat(length) }));
      }
      for (let code = 910_001; code <= 910_004; code += 1) take(talk, outcome(code, TAKEN));
      take(talk, { kind: 'go' });
      const bundle = talk.rows.get(910_005);
      expect(bundle?.members.length).toBeGreaterThan(3);
      expect(bundle?.body).toContain(`${bundle?.members.length} incidents`);
      expect(segments(bundle?.body ?? '')).toBeLessThanOrEqual(3);
    }
  });

  it('says nothing of it with a quorum', () => {
    const talk = begin(PHONE, MAILBOX);
    take(talk, tell(7, 1));
    expect([...talk.rows.values()].map((row) => row.degraded)).toEqual([undefined, undefined]);
    expect(JSON.stringify([...talk.rows.values()])).not.toContain('quorum');
  });
});

describe('the mark of a host without a quorum', () => {
  const member = { number: 910_001, service: 'db', severity: 'error' as const };
  const hosts = fc.oneof(fc.constantFrom('h1', 'a', 'relay-dc-b-2.example.com'), fc.string());

  it('leaves a text within its segments, in its alphabet, with its ending whole', () => {
    fc.assert(
      fc.property(
        hosts,
        fc.array(fc.string({ maxLength: 400 }), { minLength: 1, maxLength: 12 }),
        (degraded, all) => {
          const message = { code: 910_047, answerable: true, degraded };
          const told = all.map((summary) => ({ ...member, summary }));
          const members = told.slice(0, fitSms(told, message));
          const text = smsText({ ...message, members });
          expect(isGsm7(text)).toBe(true);
          expect(segments(text)).toBeLessThanOrEqual(members.length > 1 ? 3 : 2);
          expect(text).toMatch(
            members.length > 1
              ? / Reply 910047a ack all, 910047c resolve all$/
              : / Reply 910047a ack, 910047c resolve$/,
          );
          for (const other of [
            testText('Ana', 910_047, true, { degraded }),
            noticeText(all.join(' '), 910_047, degraded),
          ])
            expect(segments(other)).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  it('keeps the codes of an answer whole', () => {
    const choices = Array.from({ length: 40 }, (_, index) => ({
      code: 910_001 + index,
      number: index,
      summary: 'disk',
    }));
    const text = answerText({ kind: 'which', choices }, 910_061, 'h1');
    expect(segments(text)).toBeLessThanOrEqual(2);
    expect(text).toMatch(
      /^\[no quorum, sent by h1\] Which one\? 910001a #0.* and \d+ more; aa for all\. \[910061\]$/,
    );
  });

  it('is never an answer itself, whatever the host is called', () => {
    fc.assert(
      fc.property(fc.constantFrom('ack', 'a', 'all', '47a', 'h1'), (host) => {
        const text = smsText({
          code: 910_047,
          answerable: false,
          members: [{ ...member, summary: 'a' }],
          degraded: host,
        });
        expect(readSmsCommand(text).verb).toBe('unclear');
        for (const line of emailText({
          id: 'ana.1',
          answerable: true,
          members: [{ ...member, summary: 'a', openedAtMs: 0 }],
          degraded: host,
        }).body.split('\n'))
          expect(['unclear', 'help']).toContain(readSmsCommand(line).verb);
      }),
    );
  });

  it('stands in one line of a mail, whatever the host is called', () => {
    expect(testMail('Ana', 'ana.1', true, { degraded: 'h1\r\nBcc: all@example.com' }).subject).not.toMatch(
      /[\r\n]/,
    );
  });
});

/** A text that h1 sent to Ana's phone on its own, about these incidents as they are known now. */
function sent(code: number, numbers: number[], more: Partial<MessageRow> = {}): MessageRow {
  return {
    id: `ana.${code}`,
    code,
    person: 'ana',
    channel: 'sms',
    to: PHONE.address,
    purpose: 'incident',
    body: `#910001 disk. Reply ${code}a ack`,
    answerable: true,
    status: 'accepted',
    providerId: `SM${code}`,
    error: null,
    cure: null,
    members: numbers.map((number) => ({
      number,
      lineage: `i:db/${number}`,
      counter: 2,
      service: 'db',
      summary: `disk ${number}`,
    })),
    claimedAtMs: 990_000,
    takenAtMs: 991_000,
    acceptedAtMs: 991_000,
    degraded: true,
    log: [{ atMs: 1_000_000, kind: 'adopted', text: 'sent by h1 without a quorum' }],
    ...more,
  };
}

const adopt = (number: number, ...messages: MessageRow[]): ResponderInput => ({
  kind: 'adopt',
  id: `adopt/${number}`,
  person: 'ana',
  messages,
});

describe('a message that a host had sent on its own', () => {
  it('is known afterwards: nothing is sent, and its incident finds it', () => {
    const talk = begin(PHONE);
    expect(take(talk, adopt(7, sent(910_001, [7])))).toEqual(['910001 accepted']);
    expect(talk.ended.get(`${MESSAGE}/${messageKey(910_001)}`)).toBe(talk.nowMs);
    expect(talk.ended.get(`${TOLD}/${toldKey(7, 910_001)}`)).toBe(talk.nowMs);
    expect(talk.state).toMatchObject({ nextCode: 1, messages: [], tells: [] });
  });

  it('is answered by its code', () => {
    const talk = begin(PHONE);
    take(talk, adopt(7, sent(910_001, [7])));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', 910_001))).toContain('ack #7');
  });

  it('is answered by a bare word too', () => {
    const talk = begin(PHONE);
    take(talk, adopt(7, sent(910_001, [7])));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', null))).toContain('ack #7');
  });

  it('that told of several incidents comes once for each, and is one message of all', () => {
    const talk = begin(PHONE);
    take(talk, adopt(7, sent(910_001, [7])));
    take(talk, adopt(8, sent(910_001, [8])));
    expect(talk.rows.get(910_001)?.members.map((one) => one.number)).toEqual([7, 8]);
    expect(talk.ended.has(`${TOLD}/${toldKey(8, 910_001)}`)).toBe(true);
  });

  it('is taken again without a change, and keeps what was answered to it', () => {
    const talk = begin(PHONE);
    take(talk, adopt(7, sent(910_001, [7])));
    talk.facts.set(7, { status: 'triggered', by: null });
    take(talk, reply(talk, 'ack', 910_001));
    expect(take(talk, adopt(7, sent(910_001, [7])))).toEqual([]);
    expect(talk.rows.get(910_001)?.log.map((line) => line.kind)).toEqual(['adopted', 'answered']);
  });

  it('gives its code up to a newer one, and never takes it from one', () => {
    const talk = begin(PHONE);
    take(talk, adopt(7, sent(910_001, [7])));
    take(talk, adopt(9, sent(910_001, [9], { claimedAtMs: 5_990_000 })));
    expect(talk.rows.get(910_001)?.members.map((one) => one.number)).toEqual([9]);
    expect(take(talk, adopt(7, sent(910_001, [7])))).toEqual([]);
  });

  it('does not hinder the page that comes next, nor the cancel of one', () => {
    const talk = begin(PHONE);
    take(talk, adopt(7, sent(910_001, [7])));
    take(talk, cancel(7, 3));
    expect(take(talk, tell(7, 2)), 'the ask that was on its way').toEqual([]);
    expect(take(talk, tell(7, 4))).toEqual(['claim 1 by sms']);
  });
});
