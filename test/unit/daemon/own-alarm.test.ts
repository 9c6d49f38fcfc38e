import { describe, expect, it } from 'vitest';
import { OwnAlarm } from '../../../src/relay/daemon/own-alarm.ts';
import { alarmOfProblems } from '../../../src/relay/daemon/problem-alarms.ts';
import type { NewInput } from '../../../src/relay/events/accept.ts';
import { ProblemBoard } from '../../../src/relay/observe/problems.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { silent } from '../engine/one-engine.ts';
import { calm } from '../engine/calm.ts';
import { HandClock } from '../observe/hand-clock.ts';

const MINUTE_MS = 60_000;

/** What was said, and which incidents are open for it, as if each were worked on at once. */
function alarming(open = new Set<string>()) {
  const clock = new HandClock(1_000_000);
  const said: string[] = [];
  const state = { isAway: false, isBlind: false };
  const accept = (inputs: NewInput[]): Promise<never[]> => {
    if (state.isAway) return Promise.reject(new StoreUnavailableError('out of reach'));
    for (const { input } of inputs) {
      if (input.kind !== 'alert') throw new Error('no alert');
      for (const event of input.events) {
        expect(event.service).toBe('relay');
        said.push(`${event.action} ${event.dedupKey}`);
        if (event.action === 'trigger') open.add(event.dedupKey);
        else open.delete(event.dedupKey);
      }
    }
    return Promise.resolve([]);
  };
  const alarm = new OwnAlarm({
    accept,
    isOpen: (key) =>
      state.isBlind
        ? Promise.reject(new StoreUnavailableError('out of reach'))
        : Promise.resolve(open.has(key)),
    clock,
    log: silent,
  });
  const pass = async (delayMs: number): Promise<void> => {
    clock.advance(delayMs);
    await calm();
  };
  return { alarm, clock, said, open, state, pass };
}

const WRONG = { summary: 'something is wrong', severity: 'error' } as const;

describe('what relay says of itself', () => {
  it('is one incident however often it is said, and resolved once when it is over', async () => {
    const { alarm, said, pass } = alarming();
    for (let round = 0; round < 5; round += 1) {
      alarm.raise('peer berlin', WRONG);
      await pass(MINUTE_MS);
    }
    for (let round = 0; round < 5; round += 1) {
      alarm.clear('peer berlin');
      await pass(MINUTE_MS);
    }
    expect(said).toEqual(['trigger peer berlin', 'resolve peer berlin']);
    alarm.raise('peer berlin', WRONG);
    await pass(0);
    expect(said).toHaveLength(3);
  });

  it('is not said again to a person who resolved it while it lasts', async () => {
    const { alarm, said, open, pass } = alarming();
    alarm.raise('peer berlin', WRONG);
    await pass(0);
    open.delete('peer berlin');
    alarm.raise('peer berlin', WRONG);
    await pass(MINUTE_MS);
    expect(said).toEqual(['trigger peer berlin']);
  });

  it('is known from a former life, or from another host', async () => {
    const { alarm, said, pass } = alarming(new Set(['peer berlin', 'peer paris']));
    alarm.raise('peer berlin', WRONG);
    alarm.clear('peer paris');
    alarm.clear('peer rome');
    await pass(0);
    expect(said).toEqual(['resolve peer paris']);
  });

  it('is looked up anew once another host has seen to it', async () => {
    const { alarm, said, open, pass } = alarming();
    alarm.raise('peer berlin', WRONG);
    await pass(0);
    alarm.forget('peer berlin');
    open.delete('peer berlin');
    alarm.raise('peer berlin', WRONG);
    await pass(0);
    expect(said).toEqual(['trigger peer berlin', 'trigger peer berlin']);
  });

  it('that comes and goes is one incident', async () => {
    const { alarm, said, pass } = alarming();
    for (let round = 0; round < 10; round += 1) {
      alarm.raise('clock a1', WRONG);
      await pass(MINUTE_MS);
      alarm.clear('clock a1', 5 * MINUTE_MS);
      await pass(MINUTE_MS);
    }
    expect(said).toEqual(['trigger clock a1']);
    await pass(5 * MINUTE_MS);
    expect(said).toEqual(['trigger clock a1', 'resolve clock a1']);
  });

  it('is said as soon as it can be, and only if it still holds', async () => {
    const { alarm, said, state, pass } = alarming();
    state.isAway = true;
    alarm.raise('one-disk a1', WRONG);
    alarm.raise('clock a1', WRONG);
    await pass(MINUTE_MS);
    alarm.clear('clock a1');
    await pass(MINUTE_MS);
    expect(said).toEqual([]);
    state.isAway = false;
    await pass(MINUTE_MS);
    expect(said).toEqual(['trigger one-disk a1']);
  });

  it('is said though nobody can tell whether it was said before', async () => {
    const { alarm, said, state, pass } = alarming();
    state.isBlind = true;
    alarm.raise('one-disk a1', WRONG);
    alarm.clear('clock a1');
    await pass(0);
    expect(said).toEqual(['trigger one-disk a1']);
  });
});

describe('a problem that nobody may overlook', () => {
  function watched(options: { open?: Set<string>; isAlone?: () => boolean } = {}) {
    const parts = alarming(options.open);
    const board = new ProblemBoard({ log: silent, clock: parts.clock });
    const stop = alarmOfProblems({
      board,
      alarm: parts.alarm,
      clock: parts.clock,
      host: 'a1',
      isAlone: options.isAlone ?? (() => false),
      providers: () => ['twilio-sms', 'mail'],
    });
    return { ...parts, board, stop };
  }

  it('becomes an incident of its host, once however its words change; others stay on the board', async () => {
    const { board, said, pass } = watched();
    board.raise('one-disk', '3 accepted alerts lie on one disk only', 'bring the store back');
    board.raise('mail', 'no mail goes out', 'see the log');
    await pass(1_000);
    board.raise('one-disk', '4 accepted alerts lie on one disk only', 'bring the store back');
    await pass(10 * MINUTE_MS);
    expect(said).toEqual(['trigger one-disk a1']);
    board.clear('one-disk');
    await pass(4 * MINUTE_MS);
    expect(said).toHaveLength(1);
    await pass(2 * MINUTE_MS);
    expect(said).toEqual(['trigger one-disk a1', 'resolve one-disk a1']);
  });

  it.each(['spool-unfit', 'twin', 'undone', 'one-disk'])('is %s, at once', async (id) => {
    const { board, said, pass } = watched();
    board.raise(id, 'text', 'cure');
    await pass(1_000);
    expect(said).toEqual([`trigger ${id} a1`]);
  });

  it.each([
    ['disk-low', 5],
    ['clock-off', 10],
    ['clock-unsynced', 15],
  ])('is %s, if it lasts %i minutes: what somebody sees to at once wakes nobody', async (id, minutes) => {
    const { board, said, pass } = watched();
    board.raise(id, 'text', 'cure');
    await pass((minutes - 1) * MINUTE_MS);
    board.clear(id);
    await pass(minutes * MINUTE_MS);
    board.raise(id, 'text', 'cure');
    await pass((minutes - 1) * MINUTE_MS);
    expect(said).toEqual([]);
    await pass(2 * MINUTE_MS);
    expect(said).toEqual([`trigger ${id} a1`]);
    board.clear(id);
    await pass(6 * MINUTE_MS);
    expect(said).toEqual([`trigger ${id} a1`, `resolve ${id} a1`]);
  });

  it('is a provider that refuses its account: at once, and one incident however many hosts meet it', async () => {
    const { board, said, pass } = watched();
    board.raise('account-twilio-sms', 'twilio-sms takes no pages at present: suspended', 'see the console');
    await pass(1_000);
    expect(said).toEqual(['trigger account-twilio-sms']);
  });

  it('is a provider out of reach, if that lasts two minutes; each is an incident of its own', async () => {
    const { board, said, pass } = watched();
    board.raise('transport-mail', 'mail takes no pages at present: ECONNREFUSED', 'see the server');
    board.raise('transport-smsgateway', 'smsgateway takes no pages at present: reset', 'see it');
    await pass(MINUTE_MS);
    board.clear('transport-smsgateway');
    await pass(2 * MINUTE_MS);
    expect(said).toEqual(['trigger transport-mail a1']);
    board.clear('transport-mail');
    await pass(6 * MINUTE_MS);
    expect(said).toEqual(['trigger transport-mail a1', 'resolve transport-mail a1']);
  });

  it('may pass by itself: a missing canary has five minutes', async () => {
    const { board, said, pass } = watched();
    board.raise('canary', 'not come through', '');
    await pass(4 * MINUTE_MS);
    board.clear('canary');
    await pass(10 * MINUTE_MS);
    expect(said).toEqual([]);
    board.raise('canary', 'not come through', '');
    await pass(6 * MINUTE_MS);
    expect(said).toEqual(['trigger canary a1']);
  });

  it('a mailbox that can not be read for ten minutes pages: alerts wait in it', async () => {
    const { board, said, pass } = watched();
    board.raise('imap', 'the mailbox can not be read', '');
    await pass(9 * MINUTE_MS);
    expect(said).toEqual([]);
    await pass(MINUTE_MS);
    expect(said).toEqual(['trigger imap a1']);
  });

  it('is not said beside the lack of a quorum, unless it is still there afterwards; one disk always is', async () => {
    let isAlone = true;
    const { board, said, pass } = watched({ isAlone: () => isAlone });
    for (const id of ['canary', 'undone', 'one-disk']) board.raise(id, 'text', 'cure');
    await pass(10 * MINUTE_MS);
    expect(said).toEqual(['trigger one-disk a1']);
    board.clear('canary');
    isAlone = false;
    await pass(2 * MINUTE_MS);
    expect(said).toEqual(['trigger one-disk a1', 'trigger undone a1']);
  });

  it('of a former life is resolved once it has not come back for a while', async () => {
    const { board, said, pass } = watched({ open: new Set(['undone a1', 'canary a1', 'canary b1']) });
    board.raise('canary', 'not come through', '');
    await pass(6 * MINUTE_MS);
    await pass(20 * MINUTE_MS);
    expect(said).toEqual(['resolve undone a1']);
  });

  it('is nobody’s business once relay stops', async () => {
    const { board, said, stop, alarm, pass } = watched();
    board.raise('canary', 'not come through', '');
    stop();
    alarm.stop();
    board.raise('undone', 'text', 'cure');
    await pass(20 * MINUTE_MS);
    expect(said).toEqual([]);
  });
});
