import { describe, expect, it } from 'vitest';
import { chainFaults, type Link } from './chain.ts';
import type { CommitRecord } from './history.ts';

const commit = (on: string, op: string, outcome: CommitRecord['outcome'] = 'applied'): CommitRecord => ({
  kind: 'commit',
  client: 0,
  key: 'k',
  call: 1,
  return: 2,
  expect: on,
  write: { op, digest: op },
  outcome,
});
const link = (on: string, op: string): Link => ({ on, op });
const faults = (last: string, links: Link[], commits: CommitRecord[]): string[] =>
  chainFaults('k', last, links, commits);

describe('what stays of an aggregate', () => {
  const sent = [commit('', 'a'), commit('a', 'b'), commit('a', 'c', 'conflict'), commit('b', 'd', 'unknown')];

  it('is one chain, with or without what nobody was told of', () => {
    expect(faults('', [], [])).toEqual([]);
    expect(faults('b', [link('', 'a'), link('a', 'b')], sent)).toEqual([]);
    expect(faults('d', [link('b', 'd'), link('', 'a'), link('a', 'b')], sent)).toEqual([]);
  });

  it.each<[string, string, Link[], CommitRecord[]]>([
    ['two commits were put on one', 'b', [link('', 'a'), link('a', 'b'), link('a', 'c')], sent],
    ['one that was applied is gone', 'a', [link('', 'a')], sent],
    ['the state is of another than the last', 'a', [link('', 'a'), link('a', 'b')], sent],
    [
      'a row is left of one that nothing leads to',
      'b',
      [link('', 'a'), link('a', 'b'), link('x', 'd')],
      sent,
    ],
    ['nobody sent it', 'x', [link('', 'a'), link('a', 'b'), link('b', 'x')], sent],
    ['it was refused', 'b', [link('', 'a'), link('a', 'b')], [commit('', 'a'), commit('a', 'b', 'conflict')]],
    [
      'it was rejected',
      'b',
      [link('', 'a'), link('a', 'b')],
      [commit('', 'a'), commit('a', 'b', 'rejected')],
    ],
    [
      'it says another op than it was sent for',
      'b',
      [link('', 'a'), link('a', 'b')],
      [commit('', 'a'), commit('', 'b')],
    ],
    ['they run in a circle', 'a', [link('b', 'a'), link('a', 'b')], [commit('b', 'a'), commit('a', 'b')]],
  ])('is not sound where %s', (_, last, links, commits) => {
    expect(faults(last, links, commits)).not.toEqual([]);
  });
});
