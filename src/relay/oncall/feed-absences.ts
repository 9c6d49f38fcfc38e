/** What a calendar says of one person as absences, beside what it said before. Pure. */
import { checkWhy } from './absences.ts';
import { RosterError } from './book.ts';
import type { Absence, Feed, Roster } from './types.ts';

export interface FeedAbsence {
  fromMs: number;
  untilMs: number;
  why: string;
}

/**
 * The absences that a calendar says now, ascending. Events that touch are read as one, days that are over drop out, and
 * words change; what was said before all the same keeps its time of making, for whoever has said since then that they
 * stand in does. Only what is newly said counts against that, and is an absence of its own where it would.
 */
export function feedAbsences(
  roster: Roster,
  feed: Feed,
  read: readonly FeedAbsence[],
  nowMs: number,
): Absence[] {
  const before = (roster.absences ?? [])
    .filter((one) => one.feed === feed.id && one.untilMs > nowMs)
    .toSorted((a, b) => a.fromMs - b.fromMs);
  const madeAtMs = Math.max(nowMs, ...roster.overrides.map((other) => other.madeAtMs + 1));
  return read
    .filter((one) => one.untilMs > one.fromMs)
    .flatMap((one) => joined(roster, feed.person, parts(before, one, { nowMs, madeAtMs })))
    .filter((part) => part.untilMs > nowMs)
    .map((part) => absenceOf(before, feed, part));
}

type Part = Pick<Absence, 'fromMs' | 'untilMs' | 'why' | 'madeAtMs'>;

/** One that is read, cut where it was known in part. */
function parts(
  before: readonly Absence[],
  one: FeedAbsence,
  { nowMs, madeAtMs }: { nowMs: number; madeAtMs: number },
): Part[] {
  const why = whyOf(one.why);
  const out: Part[] = [];
  let fromMs = one.fromMs;
  for (const old of before) {
    const untilMs = Math.min(old.untilMs, one.untilMs);
    if (untilMs <= fromMs || old.fromMs >= one.untilMs) continue;
    if (old.fromMs > fromMs) out.push({ fromMs, untilMs: old.fromMs, why, madeAtMs });
    // It has begun: when doesn't change any more, also when its first days are read no longer.
    const startMs = Math.max(fromMs, old.fromMs);
    const begunMs = startMs <= nowMs && out.length === 0 ? Math.min(startMs, old.fromMs) : startMs;
    out.push({ fromMs: begunMs, untilMs, why, madeAtMs: old.madeAtMs });
    fromMs = untilMs;
  }
  if (fromMs < one.untilMs) out.push({ fromMs, untilMs: one.untilMs, why, madeAtMs });
  return out;
}

/** Parts that follow each other are one, unless somebody has said between the two that they stand in. */
function joined(roster: Roster, person: string, all: readonly Part[]): Part[] {
  const out: Part[] = [];
  for (const part of all) {
    const last = out.at(-1);
    const [firstMs, lastMs] = [part.madeAtMs, last?.madeAtMs ?? part.madeAtMs].sort((a, b) => a - b);
    const isBetween = roster.overrides.some(
      (one) => one.person === person && one.madeAtMs >= (firstMs ?? 0) && one.madeAtMs < (lastMs ?? 0),
    );
    if (last === undefined || isBetween) out.push(part);
    else out[out.length - 1] = { ...last, untilMs: part.untilMs, madeAtMs: lastMs ?? 0 };
  }
  return out;
}

/** The same object where nothing has changed. */
function absenceOf(before: readonly Absence[], feed: Feed, part: Part): Absence {
  const known = before.find((old) => old.fromMs === part.fromMs && old.untilMs === part.untilMs);
  if (known === undefined) {
    const id = `${feed.id}.${part.fromMs.toString(36)}.${part.untilMs.toString(36)}`;
    return { id, person: feed.person, ...part, by: feed.by, feed: feed.id };
  }
  const isSame = known.why === part.why && known.madeAtMs === part.madeAtMs;
  return isSame ? known : { ...known, ...part };
}

/** The words of a calendar are somebody's own; what can't stand in the roster is left out. */
function whyOf(why: string): string {
  try {
    return checkWhy(why);
  } catch (error) {
    if (error instanceof RosterError) return 'away';
    throw error;
  }
}
