/** How the engine drives a kind of aggregate: its pure machine, what is read before a step, what follows a commit. */
import type { Change, DueRow, Row } from '../store/port.ts';
import type { StepResult } from './effects.ts';
import type { Envelope } from './envelope.ts';

export interface Machine<State, Input, Context> {
  /** Aggregates of this kind are mostly new when first met: on a distant store that is guessed instead of read. */
  readonly mayBeNew: boolean;
  initial(key: string): State;
  /**
   * Reads what the step may know. Called for each item in turn, with the state as folded so far, and the keyed rows
   * that the commit under way will write (by `kind/key`): the store doesn't have those yet.
   */
  context(
    key: string,
    state: State,
    input: Input,
    op: string,
    nowMs: number,
    unwritten: ReadonlyMap<string, Row>,
  ): Context | Promise<Context>;
  /** Begins to read what `context` will want for these, all at once. Called before the items of one commit are stepped. */
  lookAhead(inputs: readonly Input[]): void;
  step(state: State, input: Input, context: Context): StepResult<State>;
  /** The input of a timer that fired. */
  timer(name: string): Input;
  /** Answers and cancels go before new asks. */
  urgent(input: Input): boolean;
  /** False while the engine is stopping: the item waits, undone, for the next start. */
  canTake(input: Input, waiting: number): boolean;
  /** Called after each commit that is known to have landed. */
  committed(commit: Committed<State>): void;
}

export interface Committed<State> {
  key: string;
  op: string;
  envelope: Envelope<State>;
  change: Pick<Change, 'rows' | 'incidents'>;
  /** Timers that are no more: their due rows need not fire. */
  timersGone: string[];
  /** Due rows written before the commit, for timers that no work row stands behind. */
  due: DueRow[];
  /** The monotonic clock when the commit was sent: claims count from here (rule 6). */
  sentAtMonoMs: number;
}
