/** More incidents at once than a person could be told one by one. */
import { describe, expect, it } from 'vitest';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
import {
  begin,
  cancel,
  look,
  MAILBOX,
  outcome,
  PHONE,
  REFUSED,
  reply,
  take,
  takenNow,
  tell,
  wait,
  type Conversation,
} from './conversation.ts';

const STORM = 1_000;

/** So many incidents of one service at once; four messages in a minute to each contact. */
function storm(count = STORM, ...contacts: Parameters<typeof begin>): Conversation {
  const talk = begin(...(contacts.length === 0 ? [PHONE] : contacts));
  talk.pace = { atOnce: 4, everyMs: 60_000 };
  for (let number = 1; number <= count; number += 1) {
    talk.facts.set(number, { status: 'triggered', by: null });
    take(talk, tell(number, 1, { first: number <= 4 }));
  }
  return talk;
}

/** The phone network takes everything, and so much time passes. */
function calm(talk: Conversation, forMs = 10 * 60_000): void {
  for (let atMs = 0; atMs < forMs; atMs += 5_000) {
    for (const { row, attempt, status } of talk.state.messages) {
      if (status === 'claimed') take(talk, outcome(row.code, takenNow(talk), attempt));
    }
    look(talk);
    wait(talk, 5_000);
  }
}

const told = (talk: Conversation): MessageRow[] =>
  [...talk.rows.values()].filter((row) => row.purpose === 'incident');
const counted = ({ members, packs = [] }: MessageRow): number =>
  members.length + packs.reduce((sum, one) => sum + one.count - one.named, 0);

describe('a storm of incidents', () => {
  it('costs a person a handful of messages, which tell of every incident once', () => {
    const talk = storm();
    calm(talk);
    expect(told(talk).length).toBeLessThanOrEqual(8);
    expect(
      told(talk)
        .map(counted)
        .reduce((a, b) => a + b),
    ).toBe(STORM);
    expect(talk.state.tells).toEqual([]);
    expect(talk.state.packs).toBeUndefined();
  });

  it('is told of while it goes on: what comes meanwhile doesn’t begin the look at it again', () => {
    const talk = storm(200);
    const goesOn = (from: number, to: number): void => {
      for (let number = from; number <= to; number += 1) {
        talk.facts.set(number, { status: 'triggered', by: null });
        take(talk, tell(number, 1, { first: false }));
      }
    };
    for (const { row, attempt } of talk.state.messages)
      take(talk, outcome(row.code, takenNow(talk), attempt));
    goesOn(201, 220);
    expect(told(talk)).toHaveLength(4);
    talk.nowMs += 60_000;
    // Each commit of a storm brings more of it.
    for (let number = 221; number <= 240; number += 1) {
      goesOn(number, number);
      take(talk, { kind: 'go' });
    }
    expect(told(talk)).toHaveLength(5);
    expect(told(talk).slice(0, 5).map(counted).at(-1)).toBeGreaterThan(216);
    calm(talk);
    const all = told(talk).map(counted);
    expect(all.reduce((a, b) => a + b)).toBe(240);
  });

  it('doesn’t count what was answered before it could be taken', () => {
    const talk = storm(100);
    const [before] = talk.state.packs ?? [];
    talk.facts.set(101, { status: 'acknowledged', by: 'bo' });
    take(talk, tell(101, 1, { first: false }));
    expect(talk.state.packs).toEqual([before]);
  });

  it('has reached nobody when it turns out late that the message for all of it was not delivered', () => {
    const talk = storm(100);
    calm(talk);
    const all = told(talk).find((row) => row.packs !== undefined);
    const said = take(talk, {
      kind: 'receipt',
      id: 'late',
      code: all?.code ?? 0,
      receipt: { status: 'failed', providerId: all?.providerId ?? '', error: '30003 the phone is off' },
    });
    said.push(...look(talk));
    const unreachable = new Set(said.filter((one) => one.startsWith('unreachable')));
    expect(unreachable.size).toBe(all === undefined ? 0 : counted(all));
    expect(unreachable.size).toBeGreaterThan(90);
    expect(talk.state.errands).toBeUndefined();
  });

  it('sets no new timer with each incident because a provider’s limit is counted to the millisecond', () => {
    const talk = storm(5);
    const full = (forMs: number): void => {
      talk.pace = { ...talk.pace, fullUntilMs: { sms: talk.nowMs + forMs } };
    };
    full(90_000);
    take(talk, tell(6, 1, { first: false }));
    const setFor = talk.timers.get('later');
    expect(setFor).toBe(talk.nowMs + 90_000);
    for (let number = 7; number <= 20; number += 1) {
      full(90_000 + number);
      take(talk, tell(number, 1, { first: false }));
    }
    expect(talk.timers.get('later')).toBe(setFor);
    full(70_000);
    take(talk, tell(21, 1, { first: false }));
    expect(talk.timers.get('later'), 'sooner is sooner').toBe(talk.nowMs + 70_000);
  });

  it('is told in one message for each contact within a minute or so', () => {
    const talk = storm(STORM, PHONE, MAILBOX);
    calm(talk, 90_000);
    expect(told(talk).map((row) => row.channel)).toEqual(
      expect.arrayContaining(['sms', 'email', 'sms', 'email']),
    );
    for (const channel of ['sms', 'email']) {
      const rows = told(talk).filter((row) => row.channel === channel);
      expect(rows.map(counted).reduce((a, b) => a + b)).toBe(STORM);
    }
    expect(told(talk).at(-2)?.body).toMatch(
      /^996 incidents on db: #5 disk 5 is full; .* and \d+ more\. Reply/,
    );
  });

  it('leaves the state small, and a row for each incident that may be purged in time', () => {
    const talk = storm();
    expect(JSON.stringify(talk.state).length).toBeLessThan(32 * 1024);
    expect(talk.queued.size).toBeGreaterThan(STORM / 2);
    for (const key of talk.queued.keys()) expect(talk.ended.get(`queued/${key}`)).toBeDefined();
  });

  it('tells no more of what was answered meanwhile', () => {
    const talk = storm();
    for (let number = 11; number <= STORM; number += 1)
      talk.facts.set(number, { status: 'resolved', by: 'ben' });
    calm(talk);
    expect(
      told(talk)
        .map(counted)
        .reduce((a, b) => a + b),
    ).toBe(10);
  });

  it('ends without another message when somebody has answered all of it', () => {
    const talk = storm();
    for (let number = 1; number <= STORM; number += 1) {
      talk.facts.set(number, { status: 'acknowledged', by: 'ben' });
      take(talk, cancel(number, 2));
    }
    calm(talk);
    expect(told(talk).length).toBe(4);
    expect(talk.state.packs).toBeUndefined();
    expect([...talk.timers]).toEqual([]);
  });

  it('is answered as a whole by the code of the message that told of it', () => {
    const talk = storm();
    calm(talk, 90_000);
    const bundle = told(talk).at(-1);
    const said = take(talk, reply(talk, 'ack', bundle?.code ?? 0));
    expect(talk.rows.get(Math.max(...talk.rows.keys()))?.body).toMatch(/^Acked #5 .*and \d+ more/);
    const acked = new Set([...said, ...look(talk)].filter((one) => one.startsWith('ack #')));
    expect(acked.size).toBe(996);
    expect(talk.state.errands).toBeUndefined();
  });

  it('leaves a bare answer a question', () => {
    const talk = storm(200);
    calm(talk, 90_000);
    for (let number = 1; number <= 4; number += 1) talk.facts.set(number, { status: 'resolved', by: 'ben' });
    expect(take(talk, reply(talk, 'ack', null))).not.toContainEqual(expect.stringMatching(/^ack #/));
  });

  it('of which nobody can be told is known to each incident', () => {
    const talk = storm();
    for (const { row } of talk.state.messages) take(talk, outcome(row.code, REFUSED));
    wait(talk, 61_000);
    const said = talk.state.messages.flatMap(({ row }) => take(talk, outcome(row.code, REFUSED)));
    said.push(...look(talk));
    const reported = said.filter((one) => one.startsWith('unreachable for #'));
    expect(new Set(reported.map((one) => one.split(':')[0])).size).toBe(996);
  });
});

describe('a contact', () => {
  it('gets four messages in a row, and then one in a minute for all that came', () => {
    const talk = storm(7);
    expect(told(talk).length).toBe(4);
    calm(talk, 30_000);
    expect(told(talk).length).toBe(4);
    calm(talk, 31_000);
    expect(told(talk).map(counted)).toEqual([1, 1, 1, 1, 3]);
  });

  it('that had none for a while gets four in a row again', () => {
    const talk = storm(4);
    calm(talk, 10 * 60_000);
    for (let number = 11; number <= 14; number += 1) {
      talk.facts.set(number, { status: 'triggered', by: null });
      expect(take(talk, tell(number, 1))).toEqual([`claim ${number - 6} by sms`]);
    }
  });
});
