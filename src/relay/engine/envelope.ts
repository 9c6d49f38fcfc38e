/**
 * What the engine keeps around a machine's state in the same commit: which inputs it has taken (rule 1), what it still
 * has to hand over, and its live timers (rule 3). Effects are read from here, never from what `step` returned.
 */
import type { Handover, StepResult } from './effects.ts';
import { dueId, timerId } from '../store/places.ts';
import type { Change, DueRow, IncidentEntry, Row, WorkId } from '../store/port.ts';

/** Something taken or to be handed over, with the work rows behind it. */
export interface Seen {
  id: string;
  rows: WorkId[];
}

export interface Outgoing {
  handover: Handover;
  rows: WorkId[];
}

export interface LiveTimer {
  /** Names the op that set it and where its due row lies (places.ts); never reused. */
  id: string;
  name: string;
  atMs: number;
  /** The work rows whose chain set it, until they are done. */
  rows: WorkId[];
}

export interface Envelope<State> {
  /** The highest `now` stepped with: it never goes back for an aggregate (rule 4). */
  nowMs: number;
  seen: Seen[];
  outbox: Outgoing[];
  timers: LiveTimer[];
  domain: State;
}

/** One input on its way into an aggregate. */
export interface Item<Input> {
  /** Taking the same id twice changes nothing. Empty: not remembered, the machine itself is indifferent to repeats. */
  id: string;
  input: Input;
  /** The work rows behind it; it is remembered until they are done. */
  rows: WorkId[];
}

/** A commit in the making: several steps folded into one. */
export interface Fold<State> {
  envelope: Envelope<State>;
  op: string;
  /** The aggregate's. */
  shard: number;
  timersSet: number;
  /** Timers that were live at the start or set meanwhile, and are no more. */
  timersGone: string[];
  /** Timers whose due rows no chain would write: they come from inputs without a work row. */
  unbacked: LiveTimer[];
  rows: Map<string, Row>;
  incidents: Map<number, IncidentEntry>;
  changed: boolean;
}

export const newEnvelope = <State>(domain: State): Envelope<State> => ({
  nowMs: 0,
  seen: [],
  outbox: [],
  timers: [],
  domain,
});

export const startFold = <State>(envelope: Envelope<State>, op: string, shard: number): Fold<State> => ({
  envelope,
  op,
  shard,
  timersSet: 0,
  timersGone: [],
  unbacked: [],
  rows: new Map(),
  incidents: new Map(),
  changed: false,
});

export const hasSeen = (envelope: Envelope<unknown>, id: string): boolean =>
  id !== '' && envelope.seen.some((one) => one.id === id);

/** Takes a fired timer off, if it is still live; null when it was cancelled, replaced or has fired already. */
export function takeTimer<State>(fold: Fold<State>, timer: string): string | null {
  const live = fold.envelope.timers.find((one) => one.id === timer);
  if (live === undefined) return null;
  fold.envelope = { ...fold.envelope, timers: fold.envelope.timers.filter((one) => one !== live) };
  fold.changed = true;
  return live.name;
}

/** Folds one step's result in. An item without effects on a new state still has to be remembered. */
export function foldStep<State>(
  fold: Fold<State>,
  item: Pick<Item<unknown>, 'id' | 'rows'>,
  result: StepResult<State>,
  nowMs: number,
): void {
  const { effects } = result;
  const goneBefore = fold.timersGone.length;
  const liveBefore = fold.envelope.timers;
  const timers = setTimers(fold, effects.setTimers, effects.cancelTimers, item.rows);
  const { envelope } = fold;
  let behind = item.rows;
  if (item.rows.length === 0) {
    fold.unbacked.push(...timers.filter((one) => !liveBefore.includes(one)));
    if (effects.handovers.length > 0) {
      // What a provider's answer hands over stands behind the timer it ends, which would have brought the same about (L2).
      const ended =
        liveBefore.find((one) => fold.timersGone.indexOf(one.id) >= goneBefore) ?? spentTimer(fold, nowMs);
      fold.unbacked.push(ended);
      behind = [dueId(ended.id)];
    }
  }
  fold.envelope = {
    // A newer version may keep more in it.
    ...envelope,
    nowMs: Math.max(envelope.nowMs, nowMs),
    domain: result.state,
    timers,
    seen:
      item.id === '' || item.rows.length === 0
        ? envelope.seen
        : [...envelope.seen, { id: item.id, rows: item.rows }],
    outbox:
      effects.handovers.length === 0
        ? envelope.outbox
        : [...envelope.outbox, ...effects.handovers.map((handover) => ({ handover, rows: behind }))],
  };
  for (const row of effects.rows) fold.rows.set(`${row.kind}/${row.key}`, row);
  for (const entry of effects.incidents) fold.incidents.set(entry.number, entry);
  fold.changed = true;
}

/** Where a step ends none, one that is over as soon as it is set: what no work row stands behind nobody would hand over. */
function spentTimer<State>(fold: Fold<State>, nowMs: number): LiveTimer {
  fold.timersSet += 1;
  const id = timerId(fold.op, fold.timersSet, nowMs, fold.shard);
  fold.timersGone.push(id);
  return { id, name: '', atMs: nowMs, rows: [] };
}

function setTimers<State>(
  fold: Fold<State>,
  settings: { name: string; atMs: number }[],
  cancelled: string[],
  rows: WorkId[],
): LiveTimer[] {
  let timers = fold.envelope.timers;
  const drop = (name: string): void => {
    const live = timers.find((one) => one.name === name);
    if (live === undefined) return;
    fold.timersGone.push(live.id);
    timers = timers.filter((one) => one !== live);
  };
  for (const name of cancelled) drop(name);
  for (const { name, atMs } of settings) {
    drop(name);
    fold.timersSet += 1;
    timers = [...timers, { id: timerId(fold.op, fold.timersSet, atMs, fold.shard), name, atMs, rows }];
  }
  return timers;
}

/** Drops what was kept only for work rows that are done (rule 1). The same object when nothing was. */
export function forget<State>(envelope: Envelope<State>, isDone: (row: WorkId) => boolean): Envelope<State> {
  const over = (rows: WorkId[]): boolean => rows.every(isDone);
  const seen = envelope.seen.filter((one) => !over(one.rows));
  const outbox = envelope.outbox.filter((one) => !over(one.rows));
  const sameTimers = !envelope.timers.some((one) => one.rows.length > 0 && over(one.rows));
  if (seen.length === envelope.seen.length && outbox.length === envelope.outbox.length && sameTimers)
    return envelope;
  const timers = sameTimers
    ? envelope.timers
    : envelope.timers.map((one) => (over(one.rows) ? { ...one, rows: [] } : one));
  return { ...envelope, seen, outbox, timers };
}

/** Every work row this envelope still remembers something for. */
export function rowsBehind(envelope: Envelope<unknown>): Set<WorkId> {
  const rows = new Set<WorkId>();
  for (const one of envelope.seen) for (const row of one.rows) rows.add(row);
  for (const one of envelope.outbox) for (const row of one.rows) rows.add(row);
  for (const one of envelope.timers) for (const row of one.rows) rows.add(row);
  return rows;
}

/** What is left to do for these work rows: hand over, and write due rows. Doing it again changes nothing. */
export function leftToDo(
  envelope: Envelope<unknown>,
  aggregate: string,
  rows: WorkId[],
): { outgoing: Outgoing[]; due: DueRow[] } {
  const behind = (candidates: WorkId[]): boolean => candidates.some((row) => rows.includes(row));
  return {
    outgoing: envelope.outbox.filter((one) => behind(one.rows)),
    due: envelope.timers.filter((one) => behind(one.rows)).map((one) => dueRow(aggregate, one)),
  };
}

/** What a fold commits, on the state it began with. */
export const changeOf = (fold: Fold<unknown>, key: string, expect: string | null): Change => ({
  key,
  expect,
  op: fold.op,
  state: fold.envelope,
  rows: [...fold.rows.values()],
  incidents: [...fold.incidents.values()],
});

export const dueRow = (aggregate: string, timer: LiveTimer): DueRow => ({
  id: dueId(timer.id),
  dueAtMs: timer.atMs,
  aggregate,
  timer: timer.id,
});
