/** How an operation travels between the threads. */
import type { Operations } from './operations.ts';

export type CallName = Exclude<keyof Operations, 'beforeCommit'>;
export type Arguments<N extends CallName> = Parameters<Operations[N]>;
export type Answer<N extends CallName> = ReturnType<Operations[N]>;

/** The operation's name, then its arguments. */
export type Call = { [N in CallName]: [N, ...Arguments<N>] }[CallName];

/** These change nothing: when a transaction fails, they are simply asked again. */
export const READS: ReadonlySet<CallName> = new Set<CallName>([
  'load',
  'rows',
  'undone',
  'walkJournal',
  'journalRow',
  'walkDue',
  'backlog',
  'lineageOf',
  'incidents',
  'lastSeq',
  'beats',
  'moveRead',
  'moveIsEmpty',
  'moveNotes',
]);
