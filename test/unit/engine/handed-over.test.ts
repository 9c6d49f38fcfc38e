/** What stands behind a handover: without a work row nobody would hand it over, crash or not. */
import { describe, expect, it } from 'vitest';
import type { Handover, StepResult } from '../../../src/relay/engine/effects.ts';
import { foldStep, leftToDo, newEnvelope, startFold } from '../../../src/relay/engine/envelope.ts';
import { dueId } from '../../../src/relay/store/places.ts';

const UNREACHABLE: Handover = {
  kind: 'unreachable',
  id: 'ana.u.7.1',
  lineage: 'i:db/disk',
  number: 7,
  counter: 1,
  person: 'ana',
  why: 'voice failed',
};

const handing = (more: Partial<StepResult<string>['effects']> = {}): StepResult<string> => ({
  state: 'after',
  effects: {
    handovers: [UNREACHABLE],
    setTimers: [],
    cancelTimers: [],
    rows: [],
    incidents: [],
    ...more,
  },
  reason: '',
});

describe('what is handed over because of an input that no work row stands behind', () => {
  it('stands behind the timer that it ends', () => {
    const fold = startFold(newEnvelope('before'), 'op-1', 3);
    foldStep(
      fold,
      { id: '7.1', rows: ['j:7'] },
      { ...handing({ handovers: [], setTimers: [{ name: 'm1', atMs: 2_000 }] }), state: 'told' },
      1_000,
    );
    const [timer] = fold.envelope.timers;
    foldStep(fold, { id: '', rows: [] }, handing({ cancelTimers: ['m1'] }), 1_000);
    expect(fold.envelope.outbox).toEqual([{ handover: UNREACHABLE, rows: [dueId(timer?.id ?? '')] }]);
  });

  it('has a due row of its own where it ends no timer, which is carried out like one that fired', () => {
    const fold = startFold(newEnvelope('before'), 'op-1', 3);
    foldStep(fold, { id: '', rows: [] }, handing(), 1_000);
    const [gone = ''] = fold.timersGone;
    expect(
      fold.unbacked.map((one) => one.id),
      'written before the commit',
    ).toEqual([gone]);
    expect(fold.envelope.timers, 'it never fires').toEqual([]);
    expect(leftToDo(fold.envelope, 'r:ana', [dueId(gone)]).outgoing).toEqual([
      { handover: UNREACHABLE, rows: [dueId(gone)] },
    ]);
  });
});
