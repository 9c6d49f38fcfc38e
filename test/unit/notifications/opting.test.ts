/** STOP and START. */
import { describe, expect, it } from 'vitest';
import { readSmsCommand } from '../../../src/relay/messaging/replies.ts';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import { begin, PHONE, take, type Conversation } from './conversation.ts';

function texts(talk: Conversation, body: string, contact = PHONE.address): string[] {
  talk.nowMs += 2_000;
  const input: ResponderInput = {
    kind: 'reply',
    id: `j:${talk.steps}`,
    channel: 'sms',
    contact,
    command: readSmsCommand(body),
    text: body,
    sentAtMs: talk.nowMs,
  };
  return take(talk, input);
}

const OFF = { ...PHONE, disabled: 'opted out by "STOP"' };

describe('a phone that opted out', () => {
  it('is switched off, and gets no answer: the carrier would refuse it', () => {
    expect(texts(begin(PHONE), 'STOP')).toEqual(['disable']);
  });
  it.each(['START', 'start.', 'UNSTOP', 'yes'])('is switched on again by %j, and told so', (body) => {
    const talk = begin(OFF);
    expect(texts(talk, body)).toEqual(['claim 1 by sms', 'enable']);
    expect(talk.rows.get(1)?.body).toContain('Pages come to this phone');
  });
  it('that was never off: START says how it is, `yes` is no answer to anything', () => {
    expect(texts(begin(PHONE), 'START')).toContain('enable');
    const talk = begin(PHONE);
    expect(texts(talk, 'yes')).toEqual(['claim 1 by sms']);
    expect(talk.rows.get(1)?.body).toContain('Not understood');
  });
  it.each(['start 47', 'please start', 'yes ack', 'start ack'])('%j switches nothing on', (body) => {
    expect(texts(begin(OFF), body)).not.toContain('enable');
  });
  it('a number that is no contact of theirs is not switched on', () => {
    expect(texts(begin(OFF), 'START', '+15550177')).not.toContain('enable');
  });
  it('is not switched on by a host that pages alone: it can not write the roster', () => {
    const talk = begin(OFF);
    talk.degraded = 'h1';
    expect(texts(talk, 'START')).not.toContain('enable');
  });
});
