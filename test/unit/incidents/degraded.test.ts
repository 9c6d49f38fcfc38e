import { describe, expect, it } from 'vitest';
import type { Handover, LineageInput } from '../../../src/relay/engine/effects.ts';
import { mayOpen, step } from '../../../src/relay/incidents/machine.ts';
import { TIMELINE, type TimelineRow } from '../../../src/relay/incidents/rows.ts';
import { ALONE, again, alone, answered, plain, sms, type Degraded } from './alone.ts';
import { ack, begin, DUTY, event, said, take, unreachable, wait, type Conversation } from './conversation.ts';

/** What one input hands over and writes, without taking it. */
function effectsOf(talk: Conversation, input: LineageInput): { handovers: Handover[]; lines: TimelineRow[] } {
  const { effects } = step(talk.state, input, { nowMs: talk.nowMs, duty: talk.duty, nextNumber: 7 });
  const lines = effects.rows.filter((row) => row.kind === TIMELINE).map((row) => row.body as TimelineRow);
  return { handovers: effects.handovers, lines };
}

/** An alert of h1 that the cluster first hears of when the quorum is back, so long after. */
function laterTaken(
  passedMs: number,
  change: (talk: Conversation) => Parameters<typeof alone>[1] = () => ({}),
): { talk: Conversation; input: Degraded } {
  const talk = begin();
  const input = alone(talk, change(talk));
  talk.nowMs += passedMs;
  return { talk, input };
}

describe('an alert that a host paged about on its own', () => {
  it('opens as told: nobody is paged again, and the next level comes when it would have there', () => {
    const { talk, input } = laterTaken(20_000);
    expect(take(talk, input)).toEqual(['adopt', 'name', 'escalate in 40 s', 'triggered']);
    expect(wait(talk)).toEqual(['tell ben (2)', 'tell cleo (3)', 'escalate in 60 s', 'triggered']);
  });

  it('whose clock was wrong has told them just now, whatever it says: the level has its whole time', () => {
    const { talk, input } = laterTaken(20_000, ({ nowMs }) => ({ toldAtMs: nowMs - 3_600_000 }));
    const untrusted = { ...input, stamp: { ...input.stamp, trusted: false } };
    expect(take(talk, untrusted)).toEqual(['adopt', 'name', 'escalate in 60 s', 'triggered']);
  });

  it('says in its timeline who was paged by whom', () => {
    const { talk, input } = laterTaken(20_000, () => ({
      told: ['ana'],
      messages: [
        sms('ana'),
        { ...sms('ana', ALONE + 1, 'unknown'), channel: 'email' },
        sms('ben', ALONE, 'failed'),
      ],
    }));
    const { lines } = effectsOf(talk, input);
    expect(lines[0]).toMatchObject({ kind: 'opened', stamp: input.stamp });
    expect(lines[1]).toMatchObject({ kind: 'degraded', people: ['ana', 'ben'] });
    expect(lines[1]?.text).toBe(
      'paged without a quorum by h1 as #910001: ana by sms (accepted) and email (unknown), ben by sms (failed) (degraded)',
    );
  });

  it('gives its messages to those who got them, under the number it has now', () => {
    const { talk, input } = laterTaken(20_000);
    const [adopt, name] = effectsOf(talk, input).handovers;
    expect(adopt).toMatchObject({
      kind: 'adopt',
      person: 'ana',
      messages: [{ code: ALONE, body: input.note.messages[0]?.body }],
    });
    const [message] = adopt?.kind === 'adopt' ? adopt.messages : [];
    expect(message?.members).toEqual([
      { number: 7, lineage: 'i:db/disk', counter: 1, service: 'db', summary: 'disk' },
    ]);
    expect(message?.log.at(-1)).toMatchObject({ kind: 'adopted', text: 'sent by h1 without a quorum' });
    expect(name).toMatchObject({ kind: 'name', number: ALONE, lineage: 'i:db/disk' });
  });

  it('tells whom of that level no page had reached, and only those', () => {
    const { talk, input } = laterTaken(20_000, () => ({ level: 1, told: ['ana', 'ben'] }));
    expect(take(talk, input)).toEqual([
      'adopt',
      'adopt',
      'name',
      'tell cleo (3)',
      'escalate in 40 s',
      'triggered',
    ]);
    expect(talk.state.incident?.reaching.map((one) => one.person)).toEqual(['ben', 'cleo']);
  });

  it('gives a level that was not reached at all its whole time', () => {
    const { talk, input } = laterTaken(600_000, () => ({ level: 1, told: ['ana'] }));
    expect(take(talk, input)).toContain('escalate in 60 s');
    expect(talk.state.incident?.reaching.map((one) => one.person)).toEqual(['ben', 'cleo']);
  });

  it('starts from the first level when nobody was reached', () => {
    const { talk, input } = laterTaken(600_000, () => ({
      level: 1,
      told: [],
      messages: [sms('ana', ALONE, 'failed')],
    }));
    expect(take(talk, input)).toEqual(['adopt', 'name', 'tell ana (2)', 'escalate in 60 s', 'triggered']);
  });

  it('that is long due lets what the host accepted meanwhile come first, then goes on', () => {
    const { talk, input } = laterTaken(600_000);
    expect(take(talk, input)).toContain('escalate in 5 s');
    const resolve = event(talk, 'resolve');
    expect(take(talk, { ...resolve, stamp: { ...resolve.stamp, host: 'h1' } })).toContain('resolved');
    expect(talk.timers.size).toBe(0);
  });

  it('does not wait for a host whose clock was hours ahead', () => {
    const { talk, input } = laterTaken(0, (one) => ({ toldAtMs: one.nowMs + 7_200_000 }));
    expect(take(talk, input)).toContain('escalate in 60 s');
  });

  it('goes on with the catch-all where the host had told everybody', () => {
    const { talk, input } = laterTaken(60_000, () => ({
      catchAll: true,
      level: 1,
      round: 1,
      told: ['ana', 'ben', 'cleo'],
    }));
    expect(take(talk, input)).toContain('escalate in 1740 s');
    expect(wait(talk)).toContain('tell ana (4, last)');
  });

  it('is acknowledged or resolved if a person did that there', () => {
    const acked = laterTaken(20_000, (talk) => answered(talk, 'acknowledged', 5_000));
    expect(take(acked.talk, acked.input)).toEqual(['adopt', 'name', 'acknowledged']);
    expect(acked.talk.state.incident).toMatchObject({ answeredBy: 'ana', assigned: ['ana'], told: ['ana'] });
    expect(acked.talk.timers.size).toBe(0);
    const over = laterTaken(20_000, (talk) => answered(talk, 'resolved', 5_000));
    expect(take(over.talk, over.input)).toEqual(['adopt', 'name', 'resolved']);
  });

  it('answered there knows its levels: one that has vanished since means the catch-all', () => {
    const { talk, input } = laterTaken(20_000, (one) => answered(one, 'acknowledged', 5_000));
    take(talk, input);
    talk.duty = { ...DUTY, rosterVersion: 4, levels: DUTY.levels.slice(0, 1) };
    take(talk, { ...ack('ana'), action: 'escalate' } as LineageInput);
    expect(said(talk)[0]).toContain('level 2 no longer exists');
  });

  it('is over where its resolve came first: nobody is told, and the messages are known', () => {
    const talk = begin();
    const input = alone(talk);
    talk.nowMs += 60_000;
    take(talk, event(talk, 'resolve'));
    expect(take(talk, input)).toEqual(['adopt', 'name', 'resolved']);
    expect(talk.timers.size).toBe(0);
  });

  it('pages everybody of a level that the roster has no more, when its time is over', () => {
    const { talk, input } = laterTaken(20_000, () => ({ level: 1, told: ['ana', 'ben'] }));
    talk.duty = { ...DUTY, rosterVersion: 4, levels: DUTY.levels.slice(0, 1) };
    expect(take(talk, input)).toContain('escalate in 5 s');
    expect(wait(talk)).toContain('tell ana (3)');
  });
});

describe('taken a second time', () => {
  it('it changes nothing', () => {
    const { talk, input } = laterTaken(20_000);
    take(talk, input);
    const before = structuredClone(talk.state);
    expect(take(talk, again(input))).toEqual(['triggered']);
    expect(take(talk, input), 'without its mark too').toEqual(['triggered']);
    expect(talk.state).toEqual(before);
  });

  it('it opens nothing, also when the incident is over by then', () => {
    const { talk, input } = laterTaken(20_000);
    take(talk, input);
    take(talk, event(talk, 'resolve'));
    expect(mayOpen(talk.state, again(input))).toBe(false);
    expect(take(talk, again(input))).toEqual(['resolved']);
  });

  it('it counts where its note came before it, on its own', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    const input = alone(talk);
    take(talk, again(input));
    expect(talk.state.incident?.events).toBe(1);
    expect(take(talk, input)).toEqual(['triggered']);
    expect(talk.state.incident?.events).toBe(2);
  });

  it('it is one more of an incident that is over by then, which knows the note already', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    const input = alone(talk);
    take(talk, again(input));
    talk.nowMs += 60_000;
    take(talk, event(talk, 'resolve'));
    expect(effectsOf(talk, input).handovers).toEqual([]);
    take(talk, input);
    expect(talk.state.incident).toMatchObject({ status: 'resolved', events: 2 });
  });

  it('it is what its note had opened, and no second trigger', () => {
    const talk = begin();
    const input = alone(talk);
    take(talk, again(input));
    expect(take(talk, input)).toEqual(['triggered']);
    expect(talk.state.incident?.events).toBe(1);
  });

  it('it opens an incident of its own where its note found only one that is over', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    take(talk, event(talk, 'resolve'));
    talk.nowMs += 60_000;
    const input = alone(talk);
    take(talk, again(input));
    expect(mayOpen(talk.state, input)).toBe(true);
    expect(take(talk, input)).toEqual(['adopt', 'name', 'escalate in 60 s', 'triggered']);
  });

  it('an event that opens nothing is taken as it is, once', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    const input = alone(talk);
    const resolve: Degraded = { ...input, event: { ...input.event, action: 'resolve' } };
    expect(take(talk, resolve)).toContain('resolved');
    take(talk, event(talk, 'trigger'));
    expect(take(talk, again(resolve))).toEqual(['triggered']);
  });
});

describe('an incident that was open before the quorum went', () => {
  it('takes back the page that was still on its way, and counts who was paged as reached', () => {
    const talk = begin();
    const input = alone(talk);
    expect(take(talk, plain(input))).toEqual(['tell ana (1)', 'escalate in 60 s', 'triggered']);
    talk.nowMs += 20_000;
    expect(take(talk, again(input))).toEqual([
      'adopt',
      'name',
      'cancel ana (3)',
      'escalate in 40 s',
      'triggered',
    ]);
    expect(talk.state.incident?.events, 'the event was counted when it was taken').toBe(1);
    expect(talk.state.incident?.reaching).toEqual([{ person: 'ana', counter: 2 }]);
    expect(take(talk, unreachable('ana', 1)), 'what becomes of the page taken back').toEqual(['triggered']);
    expect(wait(talk)).toContain('tell ben (4)');
  });

  it('follows a host that had brought it further, and tells whom that host could not', () => {
    const talk = begin();
    const input = alone(talk, { level: 1, told: ['ana', 'ben'], toldAtMs: talk.nowMs + 60_000 });
    take(talk, plain(input));
    talk.nowMs += 70_000;
    expect(take(talk, again(input))).toEqual([
      'adopt',
      'adopt',
      'name',
      'cancel ana (4)',
      'tell cleo (5)',
      'escalate in 50 s',
      'triggered',
    ]);
  });

  it('keeps its own pages where it was escalated further itself', () => {
    const talk = begin();
    const input = alone(talk);
    take(talk, plain(input));
    wait(talk);
    expect(take(talk, again(input))).toEqual(['adopt', 'name', 'triggered']);
    expect(talk.timers.has('escalate')).toBe(true);
  });

  it('tells the catch-all again in its turn, whatever a host did in an earlier one', () => {
    const talk = begin({ ...DUTY, levels: [] });
    const input = alone(talk, { catchAll: true, told: ['ana', 'ben', 'cleo'] });
    take(talk, plain(input));
    const soon = structuredClone(talk);
    wait(talk);
    expect(take(talk, again(input)), 'the page of this round stays').not.toContainEqual(
      expect.stringContaining('cancel'),
    );
    expect(take(soon, again(input))).toContain('cancel cleo (7)');
  });

  it('knows those whom only that host had told: who answers it has it', () => {
    const talk = begin();
    const input = alone(talk, { level: 1, told: ['ana', 'ben'] });
    take(talk, plain(input));
    take(talk, again(input));
    expect(take(talk, ack('ben'))).toContain('cancel ben (6)');
    expect(talk.state.incident?.assigned).toEqual(['ben']);
  });

  it('counts an event of its own that opened it elsewhere', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    expect(take(talk, alone(talk))).toContain('cancel ana (3)');
    expect(talk.state.incident?.events).toBe(2);
  });

  it('is acknowledged by who acknowledged there: every ask is taken back', () => {
    const talk = begin();
    const input = alone(talk, answered(talk, 'acknowledged', 10_000));
    take(talk, plain(input));
    expect(take(talk, again(input))).toEqual(['adopt', 'name', 'cancel ana (3)', 'acknowledged']);
  });

  it('keeps that answer when an escalation accepted before it comes late', () => {
    const talk = begin();
    const input = alone(talk);
    take(talk, plain(input));
    const stamp = { host: 'h2', seq: 1, atMs: talk.nowMs + 1_000, trusted: true };
    const late = { ...ack('ben'), action: 'escalate', stamp } as LineageInput;
    const given = { ...stamp, host: 'h1', seq: 9, atMs: talk.nowMs + 30_000 };
    talk.nowMs += 60_000;
    const note = { ...input.note, ...answered(talk, 'acknowledged', -30_000), answered: given };
    take(talk, again({ ...input, note }));
    expect(take(talk, late)).toEqual(['acknowledged']);
    const newer = { ...late, stamp: { ...stamp, atMs: talk.nowMs } } as LineageInput;
    expect(take(talk, newer)).toContain('triggered');
  });

  it('goes on from where the host had brought it, once an answer to it no longer holds', () => {
    const further = { round: 1, level: 0, told: ['ana'] };
    const answers: ((talk: Conversation, input: Degraded) => void)[] = [
      // Given there.
      (talk, input) =>
        take(talk, again({ ...input, note: { ...input.note, ...answered(talk, 'acknowledged') } })),
      // Given here, before anything was known of it.
      (talk, input) => {
        take(talk, ack('ana'));
        take(talk, again(input));
      },
    ];
    for (const answer of answers) {
      const talk = begin();
      const input = alone(talk, further);
      take(talk, plain(input));
      answer(talk, input);
      expect(talk.state.incident?.status).toBe('acknowledged');
      expect(talk.timers.size).toBe(0);
      take(talk, { ...ack('ana'), action: 'escalate' } as LineageInput);
      expect(talk.state.incident).toMatchObject({ round: 1, level: 1, assigned: ['ben', 'cleo'] });
      expect(wait(talk).join('; '), 'no round is gone through twice').toMatch(/tell ana \(\d+, last\)/u);
    }
  });

  it('is not answered by what was answered before it was opened', () => {
    const talk = begin();
    const input = alone(talk, answered(talk, 'acknowledged', 10_000));
    talk.nowMs += 900_000;
    take(talk, event(talk, 'trigger'));
    expect(take(talk, input)).toContain('triggered');
    expect(talk.timers.has('escalate')).toBe(true);
  });

  it('stays resolved, and knows the pages', () => {
    const talk = begin();
    const input = alone(talk);
    take(talk, plain(input));
    take(talk, event(talk, 'resolve'));
    expect(take(talk, again(input))).toEqual(['adopt', 'name', 'resolved']);
  });

  it('learns of two hosts that paged about it', () => {
    const talk = begin();
    const input = alone(talk);
    take(talk, input);
    const second = { ...alone(talk, { number: 920_001, host: 'h2', told: ['ana'] }) };
    take(talk, { ...second, stamp: { ...second.stamp, host: 'h2' } });
    expect(talk.state.notes?.map((one) => one.number)).toEqual([ALONE, 920_001]);
  });
});

describe('a number that a host gave it', () => {
  it('answers to it in commands and replies', () => {
    const { talk, input } = laterTaken(20_000);
    take(talk, input);
    expect(take(talk, { ...ack('ana'), number: ALONE } as LineageInput)).toContain('acknowledged');
    const stamp = input.stamp;
    const resolve: LineageInput = { kind: 'command', action: 'resolve', number: ALONE, actor: 'root', stamp };
    expect(take(talk, resolve)).toContain('resolved');
  });

  it('means nothing once the lineage has gone on to another incident', () => {
    const { talk, input } = laterTaken(20_000);
    take(talk, input);
    take(talk, event(talk, 'resolve'));
    const { effects, state } = step(talk.state, event(talk, 'trigger'), {
      nowMs: talk.nowMs,
      duty: talk.duty,
      nextNumber: 8,
    });
    talk.state = state;
    expect(effects.handovers).toHaveLength(1);
    expect(take(talk, { ...ack('ana'), number: ALONE } as LineageInput)).toEqual(['triggered']);
  });
});
