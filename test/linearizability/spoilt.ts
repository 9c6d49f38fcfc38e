/** Real histories with one answer changed, so that no order explains them: a checker that takes them checks nothing. */
import type { CommitRecord, LoadRecord, Operation } from './history.ts';

/** Each way of spoiling with what it gives; throws when the history is too poor for one of them. */
export function spoilt(history: readonly Operation[]): { how: string; history: Operation[] }[] {
  const applied = history.filter(
    (one): one is CommitRecord => one.kind === 'commit' && one.outcome === 'applied',
  );
  const onWhich = new Set(applied.map(({ expect }) => expect));
  // Others were put on it, so that it can't have been without effect.
  const mattered = middle(applied.filter(({ write }) => onWhich.has(write.op)));
  const loads = history.filter((one): one is LoadRecord => one.kind === 'load' && one.outcome === 'loaded');
  const load = middle(loads.filter(({ found }) => found?.op !== ''));
  const loser = middle(
    history.filter(
      (one): one is CommitRecord =>
        one.kind === 'commit' && one.outcome === 'conflict' && onWhich.has(one.expect) && one.expect !== '',
    ),
  );
  const taken = middle(history.filter((one) => one.kind === 'take' && one.outcome === 'taken'));
  const changed = (one: Operation, to: Partial<Operation>): Operation[] =>
    history.map((each) => (each === one ? ({ ...each, ...to } as Operation) : each));
  return [
    {
      how: 'a commit is called rejected, and others were put on it',
      history: changed(mattered, { outcome: 'rejected' }),
    },
    { how: 'a lost race is called won', history: changed(loser, { outcome: 'applied' }) },
    {
      how: 'a load is told the state of another op',
      history: changed(load, { found: { op: load.found?.op ?? '', digest: 'other' } }),
    },
    {
      how: 'a load at the end finds nothing',
      history: [
        ...history,
        {
          ...last(loads),
          found: { op: '', digest: '' },
          call: last(history).return,
          return: last(history).return + 1,
        },
      ],
    },
    {
      how: 'a slot is taken once more',
      history: [...history, { ...taken, call: taken.return + 1, return: taken.return + 2 }],
    },
  ];
}

const middle = <T>(from: readonly T[]): T => {
  const one = from[Math.floor(from.length / 2)];
  if (one === undefined) throw new Error('the run was too short to spoil its history');
  return one;
};

const last = <T>(from: readonly T[]): T => {
  const one = from.at(-1);
  if (one === undefined) throw new Error('the history is empty');
  return one;
};
