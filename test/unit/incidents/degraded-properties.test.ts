import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Handover, LineageInput } from '../../../src/relay/engine/effects.ts';
import { step } from '../../../src/relay/incidents/machine.ts';
import type { Incident } from '../../../src/relay/incidents/types.ts';
import type { Duty } from '../../../src/relay/oncall/types.ts';
import { ALONE, again, alone, plain, sms, type Degraded } from './alone.ts';
import { ack, begin, DUTY, event, take, unreachable, wait, type Conversation } from './conversation.ts';

/** A lineage, and what hosts did on their own about it whose notes are still to come. */
interface Life {
  talk: Conversation;
  kept: Degraded[];
}

type Move = (life: Life) => void;

const person = fc.constantFrom('ana', 'ben', 'cleo', 'dora');
const people = fc.uniqueArray(person, { maxLength: 4 });
const done = fc.record({
  told: people,
  failed: people,
  level: fc.integer({ min: 0, max: 3 }),
  round: fc.integer({ min: 0, max: 2 }),
  catchAll: fc.boolean(),
  aheadMs: fc.integer({ min: -100_000, max: 100_000 }),
  status: fc.constantFrom('triggered', 'triggered', 'acknowledged', 'resolved'),
  answeredBy: fc.option(person),
  host: fc.constantFrom('h1', 'h2', 'h3'),
  trusted: fc.boolean(),
});

/** Some host pages alone about a trigger that it accepts now; the event itself may have been taken before that. */
const paging: fc.Arbitrary<Move> = fc.tuple(done, fc.boolean()).map(
  ([{ told, failed, aheadMs, host, trusted, ...rest }, wasTaken]): Move =>
    (life) => {
      const { talk } = life;
      const number = ALONE + talk.seq;
      const made = alone(talk, {
        ...rest,
        host,
        number,
        told,
        answeredAtMs: rest.answeredBy === null ? null : talk.nowMs + aheadMs,
        toldAtMs: talk.nowMs + aheadMs,
        messages: [
          ...told.map((one) => sms(one, number)),
          ...failed.map((one) => sms(one, number, 'failed')),
        ],
      });
      const input = { ...made, stamp: { ...made.stamp, host, trusted } };
      if (wasTaken) take(talk, plain(input));
      life.kept.push(wasTaken ? again(input) : input);
    },
);

const moves: fc.Arbitrary<Move> = fc.oneof(
  paging,
  fc.nat(7).map(
    (index): Move =>
      ({ talk, kept }) => {
        const input = kept[index % Math.max(1, kept.length)];
        if (input !== undefined) taken(talk, input);
      },
  ),
  fc.constantFrom('trigger', 'resolve', 'acknowledge').map(
    (action): Move =>
      ({ talk }) =>
        void take(talk, event(talk, action)),
  ),
  fc.tuple(person, fc.constantFrom('ack', 'resolve', 'escalate'), fc.constantFrom(7, ALONE, ALONE + 1)).map(
    ([who, action, number]): Move =>
      ({ talk }) =>
        void take(talk, { ...ack(who), action, number } as LineageInput),
  ),
  fc.tuple(person, fc.integer({ min: 0, max: 20 })).map(
    ([who, counter]): Move =>
      ({ talk }) =>
        void take(talk, unreachable(who, counter)),
  ),
  fc.constant<Move>(({ talk }) => void wait(talk)),
  fc.constantFrom<Duty>(DUTY, { ...DUTY, levels: [] }, { ...DUTY, levels: DUTY.levels.slice(1) }).map(
    (duty): Move =>
      ({ talk }) => {
        talk.duty = duty;
      },
  ),
  fc.integer({ min: 0, max: 100_000 }).map(
    (passMs): Move =>
      ({ talk }) => {
        talk.nowMs += passMs;
      },
  ),
);

/** Takes a note, and checks what it may and may not do. */
function taken(talk: Conversation, input: Degraded): void {
  const before = talk.state;
  const { nowMs, duty } = talk;
  const { effects } = step(before, input, { nowMs, duty, nextNumber: 7 });
  const { number, seq } = { ...input.note, ...input.stamp };
  const noted = before.notes?.findLast((one) => one.number === number && one.seq === seq)?.incident;
  const isOpening =
    before.incident?.openedBy.seq === seq && before.incident.openedBy.host === input.stamp.host;
  take(talk, input);
  const { incident } = talk.state;
  if (noted !== undefined && (input.again === true || isOpening)) {
    expect(talk.state).toEqual(before);
    expect(effects.handovers).toEqual([]);
    return;
  }
  if (incident === null) throw new Error('a trigger leaves an incident');
  if (noted !== undefined && noted === before.incident?.number && before.incident?.status !== 'resolved') {
    // Its note came before it: the trigger is counted, and that is all.
    expect(effects.handovers).toEqual([]);
    expect(incident.events).toBe((before.incident?.events ?? 0) + 1);
    return;
  }
  onlyUntoldAreTold(effects.handovers, input);
  cancelsComeFirst(effects.handovers);
  countersAreHere(effects.handovers, incident);
  const wasOpen = before.incident !== null && before.incident.status !== 'resolved';
  if (!wasOpen || before.incident === null) return;
  expect(incident.counter).toBeGreaterThanOrEqual(before.incident.counter);
  expect(incident.rosterVersion).toBeGreaterThanOrEqual(before.incident.rosterVersion);
  expect(incident.events - before.incident.events).toBe(input.again === true ? 0 : 1);
}

/** At the level that the host had told, nobody is told whom it had reached. */
function onlyUntoldAreTold(handovers: Handover[], { note }: Degraded): void {
  for (const one of handovers) {
    if (one.kind === 'tell' && note.told.length > 0) expect(note.told).not.toContain(one.person);
  }
}

/** Rule 2: what is taken back lies below every ask that is given with it. */
function cancelsComeFirst(handovers: Handover[]): void {
  const cancels = handovers.flatMap((one) => (one.kind === 'cancel' ? [one.counter] : []));
  const tells = handovers.flatMap((one) => (one.kind === 'tell' ? [one.ask.counter] : []));
  expect(Math.max(0, ...cancels)).toBeLessThan(Math.min(Number.POSITIVE_INFINITY, ...tells));
}

function countersAreHere(handovers: Handover[], incident: Incident): void {
  for (const one of handovers) {
    if (one.kind !== 'adopt') continue;
    for (const member of one.messages.flatMap((message) => message.members)) {
      expect(member.number).toBe(incident.number);
      expect(member.counter).toBeLessThanOrEqual(incident.counter);
    }
  }
}

describe('whatever hosts did without a quorum, and whenever it becomes known', () => {
  it('nobody is told twice, an open incident has an escalation ahead, and a second taking changes nothing', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 40 }), (sequence) => {
        const life: Life = { talk: begin(), kept: [] };
        for (const move of sequence) {
          move(life);
          const triggered = life.talk.state.incident?.status === 'triggered';
          expect(life.talk.timers.has('escalate')).toBe(triggered);
          expect(life.talk.state.notes?.length ?? 0).toBeLessThanOrEqual(16);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('a note is taken as many times as it comes, with the same end', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 20 }), paging, (sequence, page) => {
        const life: Life = { talk: begin(), kept: [] };
        for (const move of sequence) move(life);
        page(life);
        const input = life.kept.at(-1);
        if (input === undefined) throw new Error('a page leaves a note');
        take(life.talk, input);
        const after = structuredClone(life.talk.state);
        take(life.talk, again(input));
        take(life.talk, again(input));
        expect(life.talk.state).toEqual(after);
      }),
      { numRuns: 300 },
    );
  });
});
