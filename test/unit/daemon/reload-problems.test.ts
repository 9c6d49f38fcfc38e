/** What `relay status` says after a reload that changed nothing, or not everything. */
import { expect, test } from 'vitest';
import { notReloaded, reloaded } from '../../../src/relay/daemon/reload-problems.ts';
import { ProblemBoard } from '../../../src/relay/observe/problems.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { silent } from '../engine/one-engine.ts';

const openBoard = () => new ProblemBoard({ log: silent, clock: new HandClock() });
const said = (board: ProblemBoard) => board.list().map(({ text }) => text);

test('a file with mistakes is named with its first one, until a reload goes well', () => {
  const board = openBoard();
  notReloaded(board, ['relay.yaml:3: paging.atOnce: expected 1 or more, got 0', 'relay.yaml:9: wrong too']);
  expect(said(board)).toEqual([
    'the configuration was to be read again and is wrong, so that the old one stays in use: relay.yaml:3: paging.atOnce: expected 1 or more, got 0 (and 1 more, in the log)',
  ]);
  reloaded(board, []);
  expect(said(board)).toEqual([]);
});

test('what waits for a restart is named, until it is as it was at the start', () => {
  const board = openBoard();
  reloaded(board, ['api', 'watch']);
  expect(said(board)).toEqual(['what was changed under api, watch in relay.yaml is not in use yet']);
  reloaded(board, []);
  expect(said(board)).toEqual([]);
});

test('nobody is told to restart before a move to another store: it would begin with an empty one', () => {
  const board = openBoard();
  reloaded(board, ['store', 'cluster', 'spool']);
  expect(said(board)).toEqual([]);
});
