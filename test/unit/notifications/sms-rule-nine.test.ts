/** Rule 9, S17: whatever texts come in whatever order, a reply acts only on what had been sent to that phone before it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSmsCommand } from '../../../src/relay/messaging/replies.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
import { begin, outcome, PHONE, take, takenNow, tell, type Conversation } from './conversation.ts';

const OTHER = '+15550199';

/** One thing that happens: an incident is told, its text is taken, it is answered elsewhere, or somebody texts. */
type Move =
  | { kind: 'page'; number: number; service: string }
  | { kind: 'taken'; nth: number; how: 'accepted' | 'doubt' | 'refused' }
  | { kind: 'closed'; number: number }
  | { kind: 'text'; body: string; from: string; lateMs: number };

const numbers = fc.integer({ min: 1, max: 5 });
const bodies = fc.oneof(
  fc.constantFrom(
    'a',
    'ack',
    'A.',
    'c',
    'e',
    'aa',
    'cc',
    'l',
    'claim last',
    'claim all',
    '4',
    '6',
    'resolve all',
  ),
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom('a', 'aa', 'c', 'cc', 'e', ' claim', ' ack'))
    .map(([code, word]) => `${code}${word}`),
  fc.string({ maxLength: 12 }),
);
const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    kind: fc.constant('page' as const),
    number: numbers,
    service: fc.constantFrom('db', 'web'),
  }),
  fc.record({
    kind: fc.constant('taken' as const),
    nth: fc.nat(5),
    how: fc.constantFrom('accepted' as const, 'doubt' as const, 'refused' as const),
  }),
  fc.record({ kind: fc.constant('closed' as const), number: numbers }),
  fc.record({
    kind: fc.constant('text' as const),
    body: bodies,
    from: fc.constantFrom(PHONE.address, PHONE.address, PHONE.address, OTHER),
    // Webhooks and polls bring a text long after it was written.
    lateMs: fc.constantFrom(0, 0, 30_000, 120_000),
  }),
);

interface World {
  talk: Conversation;
  counters: Map<number, number>;
  closed: Set<number>;
}

function play(
  world: World,
  move: Move,
  check: (body: string, sentAtMs: number, acted: number[]) => void,
): void {
  const { talk, counters, closed } = world;
  talk.nowMs += 10_000;
  switch (move.kind) {
    case 'page': {
      if (closed.has(move.number)) return;
      const counter = (counters.get(move.number) ?? 0) + 1;
      counters.set(move.number, counter);
      if (!talk.facts.has(move.number)) talk.facts.set(move.number, { status: 'triggered', by: null });
      take(
        talk,
        tell(move.number, counter, { service: move.service, lineage: `i:x/${move.number}`, summary: 'disk' }),
      );
      break;
    }
    case 'taken': {
      const waiting = talk.state.messages.filter((one) => one.status === 'claimed');
      const message = waiting[move.nth % Math.max(1, waiting.length)];
      if (message === undefined) return;
      const what =
        move.how === 'accepted'
          ? takenNow(talk)
          : move.how === 'doubt'
            ? { kind: 'doubt' as const, error: 'reset' }
            : { kind: 'refused' as const, permanent: true, code: '21211', error: 'bad number' };
      take(talk, outcome(message.row.code, what, message.attempt));
      break;
    }
    case 'closed':
      if (!talk.facts.has(move.number)) return;
      closed.add(move.number);
      talk.facts.set(move.number, { status: 'resolved', by: 'Ben' });
      break;
    case 'text': {
      const sentAtMs = talk.nowMs - move.lateMs;
      const before = new Map(talk.facts);
      const said = take(talk, {
        kind: 'reply',
        id: `j:${talk.steps}`,
        channel: 'sms',
        contact: move.from,
        command: readSmsCommand(move.body),
        text: move.body,
        sentAtMs,
      });
      const acted = said
        .flatMap((one) => /^(?:ack|resolve|escalate) #(\d+)$/.exec(one)?.[1] ?? [])
        .map(Number);
      check(move.body, sentAtMs, acted);
      for (const number of acted) {
        expect(before.get(number)?.status, `#${number} was closed when "${move.body}" came`).not.toBe(
          'resolved',
        );
        const status = said.includes(`ack #${number}`) ? 'acknowledged' : 'resolved';
        if (!said.includes(`escalate #${number}`)) talk.facts.set(number, { status, by: 'Ana' });
      }
      if (move.from === OTHER) expect(acted, 'nothing was sent to that phone').toEqual([]);
      break;
    }
  }
}

const newWorld = (): World => ({
  talk: begin(PHONE),
  counters: new Map(),
  closed: new Set(),
});

describe('whatever texts in whatever order', () => {
  it('nothing acts that had not been sent to that phone before', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 40 }), (all) => {
        const present = newWorld();
        for (const move of all)
          play(present, move, (body, sentAtMs, acted) => {
            for (const number of acted) {
              const { code } = readSmsCommand(body);
              // While nobody knows when a text was taken, a code that was read is the proof that it had come.
              if (code !== null && !isStamped(present, number)) continue;
              const slackMs = code === null ? 1_000 : 2_000;
              const sent = claimedMs(present, number);
              expect(
                sent.some((atMs) => atMs <= sentAtMs + slackMs),
                `"${body}" of ${sentAtMs} acted on #${number}, sent at ${sent.join(', ')}`,
              ).toBe(true);
            }
          });
      }),
      { numRuns: 400 },
    );
  });

  it('a bare word acts on one incident at most, and only if it is the only one unacknowledged', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 40 }), (all) => {
        const present = newWorld();
        for (const move of all) {
          const open = [...present.talk.facts].filter(([, { status }]) => status === 'triggered').length;
          play(present, move, (body, _sentAtMs, acted) => {
            const { scope, code } = readSmsCommand(body);
            if (code !== null || scope !== 'bare') return;
            expect(acted.length).toBeLessThanOrEqual(1);
            if (acted.length === 1) expect(open).toBeGreaterThanOrEqual(1);
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});

const about = ({ talk }: World, number: number): MessageRow[] =>
  [...talk.rows.values()].filter((row) => row.members.some((one) => one.number === number));
/** When texts about it were handed to the provider, at the earliest; never those that were refused. */
const claimedMs = (world: World, number: number): number[] =>
  about(world, number)
    .filter((row) => row.status !== 'failed')
    .map((row) => row.claimedAtMs);
const isStamped = (world: World, number: number): boolean =>
  about(world, number).every((row) => row.acceptedAtMs !== undefined);

describe('the known fault: a bare `a` that acknowledges a closed alert', () => {
  const closedPage = (status: 'resolved' | 'acknowledged'): Conversation => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, takenNow(talk)));
    talk.facts.set(7, { status, by: 'Ben' });
    talk.nowMs += 5_000;
    return talk;
  };
  const texts = (talk: Conversation, body: string): string[] =>
    take(talk, {
      kind: 'reply',
      id: `j:${talk.steps}`,
      channel: 'sms',
      contact: PHONE.address,
      command: readSmsCommand(body),
      text: body,
      sentAtMs: talk.nowMs,
    });

  it.each(['a', 'ack', 'aa', 'l', '4', 'claim', '1a', '1aa'])('%j does nothing once it is closed', (body) => {
    for (const status of ['resolved', 'acknowledged'] as const) {
      const talk = closedPage(status);
      const said = texts(talk, body);
      expect(said.filter((one) => one.includes('#7'))).toEqual([]);
      expect(talk.rows.get(2)?.body).toMatch(/Nothing open|already (?:resolved|acknowledged)/);
    }
  });

  it('with a closed and an open one sent there, it means the open one', () => {
    const talk = closedPage('resolved');
    take(talk, tell(8, 1));
    take(talk, outcome(2, takenNow(talk)));
    talk.facts.set(8, { status: 'triggered', by: null });
    talk.nowMs += 5_000;
    const said = texts(talk, 'a');
    expect(said.filter((one) => one.startsWith('ack'))).toEqual(['ack #8']);
  });
});

describe('a bundle', () => {
  /** Three incidents come while the first text is on its way: its timer, then one text about the others. */
  const bundled = (): { talk: Conversation; code: number } => {
    const talk = begin(PHONE);
    for (const [number, service] of [
      [7, 'db'],
      [8, 'db'],
      [9, 'web'],
    ] as const) {
      talk.facts.set(number, { status: 'triggered', by: null });
      take(talk, tell(number, 1, { service, lineage: `i:${service}/${number}`, first: false }));
    }
    const first = [...talk.rows.values()].at(-1)?.code;
    // What waited goes with the next text.
    for (const { row, attempt } of talk.state.messages)
      take(talk, outcome(row.code, takenNow(talk), attempt));
    take(talk, { kind: 'go' });
    for (const { row, attempt } of talk.state.messages)
      take(talk, outcome(row.code, takenNow(talk), attempt));
    const rows = [...talk.rows.values()].filter((row) => row.members.length > 1);
    return { talk, code: rows.at(-1)?.code ?? first ?? 0 };
  };

  it.each([
    ['a', 'ack'],
    ['c', 'resolve'],
  ])('CODE%s acts on all that it told of', (letter, verb) => {
    const { talk, code } = bundled();
    const members = talk.rows.get(code)?.members.map(({ number }) => `${verb} #${number}`) ?? [];
    talk.nowMs += 5_000;
    const said = take(talk, {
      kind: 'reply',
      id: 'j:bundle',
      channel: 'sms',
      contact: PHONE.address,
      command: readSmsCommand(`${code}${letter}`),
      text: `${code}${letter}`,
      sentAtMs: talk.nowMs,
    });
    expect(members.length).toBeGreaterThan(0);
    for (const member of members) expect(said).toContain(member);
  });

  it('CODEaa acts on those and on whatever else is open of their services', () => {
    const { talk, code } = bundled();
    talk.nowMs += 5_000;
    const services = new Set(talk.rows.get(code)?.members.map(({ service }) => service));
    const said = take(talk, {
      kind: 'reply',
      id: 'j:bundle',
      channel: 'sms',
      contact: PHONE.address,
      command: readSmsCommand(`${code}aa`),
      text: `${code}aa`,
      sentAtMs: talk.nowMs,
    });
    const meant = [...talk.rows.values()]
      .flatMap((row) => row.members)
      .filter(({ service }) => services.has(service));
    for (const { number } of meant) expect(said).toContain(`ack #${number}`);
  });
});
