import { describe, expect, it } from 'vitest';
import type { LineageInput } from '../../../src/relay/engine/effects.ts';
import { noteOf } from '../../../src/relay/incidents/degraded-note.ts';
import { step } from '../../../src/relay/incidents/machine.ts';
import { TIMELINE } from '../../../src/relay/incidents/rows.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
import type { IncidentEntry, Row } from '../../../src/relay/store/port.ts';
import { ALONE, sms } from './alone.ts';
import { ack, begin, event, type Conversation } from './conversation.ts';

/** A lineage of a host that is alone, with the rows that its commits write. */
interface Local {
  talk: Conversation;
  rows: Map<string, Row>;
  entry: IncidentEntry | null;
}

const local = (): Local => ({ talk: begin(), rows: new Map(), entry: null });

function take(there: Local, input: LineageInput): void {
  const { talk } = there;
  const { state, effects } = step(talk.state, input, {
    nowMs: talk.nowMs,
    duty: talk.duty,
    nextNumber: ALONE,
  });
  talk.state = state;
  for (const row of effects.rows) if (row.kind === TIMELINE) there.rows.set(row.key, row);
  there.entry = effects.incidents.at(-1) ?? there.entry;
}

function later(there: Local, passedMs: number, input: LineageInput): void {
  there.talk.nowMs += passedMs;
  take(there, input);
}

function noteFrom({ rows, entry }: Local, messages: MessageRow[]): ReturnType<typeof noteOf> {
  if (entry === null) throw new Error('no incident was opened');
  return noteOf({
    host: 'h1',
    entry,
    timeline: [...rows.values()].reverse(),
    messages,
  });
}

const TIMER: LineageInput = { kind: 'timer', name: 'escalate' };
const act = (who: string, action: 'ack' | 'resolve' | 'escalate'): LineageInput =>
  ({ ...ack(who), number: ALONE, action }) as LineageInput;

describe('the note about an incident that a host paged alone', () => {
  it('names the event that opened it, whom it reached, and where escalation had come to', () => {
    const there = local();
    take(there, event(there.talk, 'trigger'));
    later(there, 60_000, TIMER);
    later(there, 5_000, event(there.talk, 'trigger'));
    const made = noteFrom(there, [
      sms('ana'),
      sms('ben', ALONE + 1, 'unknown'),
      sms('cleo', ALONE, 'failed'),
    ]);
    expect(made).toMatchObject({
      openedBy: { host: 'one', seq: 1, atMs: 1_000_000 },
      lineage: 'i:db/disk',
      note: {
        host: 'h1',
        number: ALONE,
        status: 'triggered',
        answeredBy: null,
        level: 1,
        round: 0,
        catchAll: false,
        toldAtMs: 1_060_000,
        rosterVersion: 3,
        told: ['ana', 'ben'],
      },
    });
    expect(made?.note.messages).toHaveLength(3);
  });

  it('says when everybody had been told', () => {
    const there = local();
    there.talk.duty = { ...there.talk.duty, levels: [] };
    take(there, event(there.talk, 'trigger'));
    expect(noteFrom(there, [sms('ana')])?.note).toMatchObject({ catchAll: true, toldAtMs: 1_000_000 });
  });

  it('says who answered there, and when', () => {
    const there = local();
    take(there, event(there.talk, 'trigger'));
    later(there, 30_000, act('ana', 'ack'));
    const answered = { answeredBy: 'ana', answeredAtMs: 1_030_000 };
    expect(noteFrom(there, [sms('ana')])?.note).toMatchObject({ status: 'acknowledged', ...answered });
    later(there, 10_000, act('ben', 'resolve'));
    const over = { answeredBy: 'ben', answeredAtMs: 1_040_000 };
    expect(noteFrom(there, [sms('ana')])?.note).toMatchObject({ status: 'resolved', ...over });
  });

  it('says where the answer was accepted, so that what came before it is known to be late', () => {
    const stamp = { host: 'h1', seq: 5, atMs: 1_030_000, trusted: true };
    const snooze = { verb: 'snooze', untilMs: 2_000_000, until: '18:00 CET' } as const;
    const answers: LineageInput[] = [
      { ...act('ana', 'ack'), stamp } as LineageInput,
      { kind: 'command', action: 'ack', number: ALONE, actor: 'ana', stamp },
      { kind: 'order', order: snooze, number: ALONE, actor: 'ana', stamp },
    ];
    for (const answer of answers) {
      const there = local();
      take(there, event(there.talk, 'trigger'));
      later(there, 30_000, answer);
      const { note } = noteFrom(there, [sms('ana')]) ?? {};
      expect(note).toMatchObject({ status: 'acknowledged', answered: stamp });
    }
  });

  it('forgets an acknowledgement that was followed by an escalation', () => {
    const there = local();
    take(there, event(there.talk, 'trigger'));
    later(there, 30_000, act('ana', 'ack'));
    later(there, 30_000, act('ana', 'escalate'));
    const open = { status: 'triggered', answeredBy: null, answeredAtMs: null, level: 1 };
    expect(noteFrom(there, [sms('ana')])?.note).toMatchObject(open);
  });

  it('leaves out what the monitor said: that is an event of its own', () => {
    for (const action of ['acknowledge', 'resolve'] as const) {
      const there = local();
      take(there, event(there.talk, 'trigger'));
      take(there, event(there.talk, action));
      expect(noteFrom(there, [sms('ana')])?.note).toMatchObject({ status: 'triggered', answeredBy: null });
    }
  });

  it('is none when nobody was paged and nobody answered', () => {
    const there = local();
    take(there, event(there.talk, 'trigger'));
    expect(noteFrom(there, [])).toBeNull();
  });

  it('is none for what was over when it was taken', () => {
    const there = local();
    const late = event(there.talk, 'trigger');
    take(there, event(there.talk, 'resolve'));
    take(there, late);
    expect(noteFrom(there, [])).toBeNull();
  });
});

describe('the messages in a note', () => {
  const one = (row: MessageRow): MessageRow | undefined => {
    const there = local();
    take(there, event(there.talk, 'trigger'));
    return noteFrom(there, [row])?.note.messages[0];
  };
  const log = (kind: MessageRow['log'][number]['kind'], text: string): MessageRow['log'] => [
    { atMs: 1_000_000, kind: 'claimed', text: 'claimed' },
    { atMs: 1_000_000, kind, text },
  ];

  it('under way have become unknown: their host finds out nothing more', () => {
    const underWay = { ...sms('ana', ALONE, 'claimed'), log: log('doubt', 'reset') };
    expect(one(underWay)).toMatchObject({ status: 'unknown', degraded: true });
  });

  it('that were proven not to be sent have failed', () => {
    for (const kind of ['late', 'refused', 'absent'] as const) {
      const unsent = { ...sms('ana', ALONE, 'claimed'), log: log(kind, 'not sent') };
      expect(one(unsent)).toMatchObject({ status: 'failed', error: 'not sent' });
    }
  });

  it('tell of this incident alone, and of a long mail the start', () => {
    const bundle = sms('ana');
    const [member] = bundle.members;
    if (member === undefined) throw new Error('the message has a member');
    const other = { ...member, number: ALONE + 1, lineage: 'i:db/other' };
    const kept = one({ ...bundle, channel: 'email', body: 'x'.repeat(90_000), members: [member, other] });
    expect(kept?.members.map(({ number }) => number)).toEqual([ALONE]);
    expect(kept?.body.length).toBeLessThan(500);
  });

  it('are the newest to each phone, and never more than an incident can carry', () => {
    const there = local();
    take(there, event(there.talk, 'trigger'));
    const rounds = Array.from({ length: 9 }, (_, index) => ({
      ...sms('ana', ALONE + index),
      claimedAtMs: 1_000_000 + index,
    }));
    const kept = noteFrom(there, rounds)?.note.messages.map((row) => row.code);
    expect(kept).toEqual([ALONE + 6, ALONE + 7, ALONE + 8]);
    const many = Array.from({ length: 200 }, (_, index) => sms(`p${index}`, ALONE + index));
    const note = noteFrom(there, many)?.note;
    expect(note?.messages).toHaveLength(40);
    expect(note?.told, 'all of them were told').toHaveLength(200);
  });
});
