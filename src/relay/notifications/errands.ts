/**
 * Errands: what is to be done for each ask of a pack, some at a time, so that no commit grows with a storm: an answer to
 * a message that told of thousands, or the word that nobody could be told of them.
 */
import type { Ask } from '../engine/effects.ts';
import type { Draft } from './draft.ts';
import { isSamePack, isWanted } from './packs.ts';
import type { Act, Errand, Fact } from './types.ts';

/** Asks done in one step: what a lane hands over at once. */
const DONE_AT_ONCE = 30;

/** Begins one; beginning it again changes nothing. */
export function begin(d: Draft, errand: Omit<Errand, 'at'>): void {
  const errands = d.state.errands ?? [];
  if (errands.some((one) => one.id === errand.id && isSamePack(one, errand))) return;
  d.state.errands = [...errands, { ...errand, at: errand.from }];
}

/** The next rows of the errand that is under way. */
export const rowsToDo = ({ at, to }: Errand): { from: number; to: number } => ({
  from: at,
  to: Math.min(to, at + DONE_AT_ONCE),
});

/** Goes on with the first errand: the rows that were read for it. */
export function goOn(d: Draft, errand: Errand): void {
  const { from, to } = rowsToDo(errand);
  for (const { index, ask } of d.context.queued) {
    if (index >= from && index < to && ask.severity === errand.severity) handOver(d, errand, ask);
  }
  const [, ...others] = d.state.errands ?? [];
  if (to < errand.to) d.state.errands = [{ ...errand, at: to }, ...others];
  else if (others.length > 0) d.state.errands = others;
  else delete d.state.errands;
}

function handOver(d: Draft, { id, does }: Errand, ask: Ask): void {
  const { number, lineage } = ask;
  if (does.kind === 'unreachable') {
    if (isWanted(d, ask)) tellUnreachable(d, ask, does.why);
    return;
  }
  const { act, services, except } = does;
  if (services?.includes(ask.service) === false || except.includes(number)) return;
  if (!changes(act, d.context.facts.get(number))) return;
  d.effects.handovers.push({ kind: 'act', id: `${id}/${number}`, lineage, number, ...act });
}

/** Hands the word that this person can't be told of it to the incident. */
export function tellUnreachable(
  d: Draft,
  { number, counter, lineage }: Pick<Ask, 'number' | 'counter' | 'lineage'>,
  why: string,
): void {
  const { person } = d.state;
  const id = `${person}.u.${number}.${counter}`;
  d.effects.handovers.push({ kind: 'unreachable', id, lineage, number, counter, person, why });
}

/** Whether an answer would change an incident. `isNamed`: this one was meant, as it is shown, not all of several. */
export function changes({ action }: Pick<Act, 'action'>, known: Fact | undefined, isNamed = false): boolean {
  if (known === undefined || known.status === 'resolved') return false;
  return action === 'ack' && !isNamed ? known.status === 'triggered' : true;
}
