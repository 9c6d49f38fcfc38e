/**
 * What becomes of the roster by a text or by going back to a former version: the plan, and carrying it out. Loads what
 * knows YAML; the daemon loads this when it is first asked.
 */
import { RosterError, type RosterText } from '../oncall/book.ts';
import { coverageWarnings } from '../oncall/file/coverage.ts';
import { differences } from '../oncall/file/differences.ts';
import { planOf, type Plan } from '../oncall/file/plan.ts';
import { jumpLines, oncallLines } from '../oncall/file/plan-words.ts';
import type { Roster } from '../oncall/types.ts';
import { keepVerified } from '../oncall/verified.ts';
import { exportRoster } from '../roster-file/export.ts';
import { versionIn } from '../roster-file/header.ts';
import { changedLines } from '../roster-file/lines.ts';
import type { PlacedProblem } from '../roster-file/parse.ts';
import { inOrder, readRosterText } from '../roster-file/read.ts';
import type { Core } from './core.ts';
import { usage } from './errors.ts';
import { leftOpen } from './left-open.ts';
import { hostZone } from './oncall-view.ts';
import type { RosterAppliedJson, RosterPlanJson, RosterTextJson } from './roster-wire.ts';

/** What the roster is to become. */
export type Wish = { text: string } | { version: number };

export interface Wanted {
  wish: Wish;
  /** The version the wish was made from; absent: what the text says, else any. */
  base: number | undefined;
  zone: string;
  by: string;
}

type Parts = Pick<Core, 'roster' | 'rosterHistory' | 'store' | 'nowMs'>;

/** The text of the roster as it is. */
export async function rosterText(core: Parts, full: boolean): Promise<RosterTextJson> {
  const current = core.roster.current();
  return exportRoster(current, await core.rosterHistory.textAt(current.version), full);
}

/** What would change; rejects with RosterError (conflict) when the wish is based on an older version. */
export async function planFor(core: Parts, wanted: Wanted): Promise<RosterPlanJson> {
  const current = core.roster.current();
  const wish = await readWish(core, wanted);
  await refuseStale(core, current, wish.base);
  const made = await withOpen(core, current, wish.make(current));
  return planJson(core, current, made, wanted, await isNewText(core, current, made));
}

/** Carries it out: all or nothing, as one version. Rejects with RosterError, and ApiError (usage) with all problems. */
export async function carryOut(core: Parts, wanted: Wanted): Promise<RosterAppliedJson> {
  const wish = await readWish(core, wanted);
  const before = core.roster.current();
  await refuseStale(core, before, wish.base);
  const first = await withOpen(core, before, wish.make(before));
  refuseProblems(first.problems);
  const plan = planJson(core, before, first, wanted, await isNewText(core, before, first));
  if (plan.changes === 'nothing') return { version: before.version, plan, notYetOn: [] };
  let made = first;
  const change = (base: Roster): Roster => {
    // The plan was made from what this host knew; the store may know better.
    if (base.version !== before.version) throw stale(before.version, base, differences(before, base));
    made = wish.make(base);
    refuseProblems(made.problems);
    return made.roster;
  };
  const { text } = first;
  const roster = await (text === null
    ? core.roster.edit(wanted.by, change)
    : core.roster.edit(wanted.by, change, () => made.text ?? text));
  return { version: roster.version, plan, notYetOn: core.roster.behind() };
}

interface Made {
  /** The base itself: nothing changes. */
  roster: Roster;
  /** What is kept of it as text; null: nothing. */
  text: RosterText | null;
  problems: PlacedProblem[];
  warnings: PlacedProblem[];
}

interface ReadWish {
  base: number | undefined;
  make: (current: Roster) => Made;
}

async function readWish(core: Parts, { wish, base, by }: Wanted): Promise<ReadWish> {
  if ('version' in wish) return backTo(core, wish.version, base);
  const { text } = wish;
  return {
    base: base ?? versionIn(text) ?? undefined,
    make: (current) => {
      const nowMs = core.nowMs();
      const read = readRosterText(current, text, { by, nowMs });
      const { roster, problems } = read;
      if (problems.length > 0) return { roster: current, text: null, problems, warnings: [] };
      const warnings = inOrder([
        ...read.warnings,
        ...coverageWarnings(roster, nowMs, hostZone()).map(read.place),
      ]);
      return { roster, text: { text, said: roster }, problems, warnings };
    },
  };
}

/** Everything as it was in a former version, its text too. */
async function backTo(core: Parts, version: number, base: number | undefined): Promise<ReadWish> {
  const former = await core.rosterHistory.version(version);
  if (former === null) {
    throw new RosterError(
      'not_found',
      `Version ${version} of the roster is not kept`,
      'See which there are: relay roster history',
    );
  }
  const kept = await core.rosterHistory.textAt(version);
  return {
    base,
    make: (current) => {
      const then = keepVerified(current, withCalendarsOf(current, former.roster));
      const isSame = differences(current, then).length === 0;
      const roster = isSame ? current : then;
      const warnings = coverageWarnings(roster, core.nowMs(), hostZone()).map(({ text }) => ofAll(text));
      const text = kept === null ? null : { text: exportRoster(then, kept).text, said: then };
      return { roster, text, problems: [], warnings };
    },
  };
}

/** What concerns no line. */
const ofAll = (text: string): PlacedProblem => ({ line: 1, column: 1, at: '', text });

/** With a warning for each service that goes while it has incidents open. */
async function withOpen(core: Parts, current: Roster, made: Made): Promise<Made> {
  const open = await leftOpen(core.store, current, made.roster);
  return { ...made, warnings: [...open.map(ofAll), ...made.warnings] };
}

/** Calendars are not gone back to: an address that was revoked since would work again. */
function withCalendarsOf(current: Roster, former: Roster): Roster {
  const { feeds: _feeds, calendarLinks: _links, ...rest } = former;
  const { version, feeds, calendarLinks } = current;
  return {
    ...rest,
    version,
    ...(feeds === undefined ? {} : { feeds }),
    ...(calendarLinks === undefined ? {} : { calendarLinks }),
  };
}

/** Whether the text says more than what is kept: another comment, another layout. */
async function isNewText(core: Parts, current: Roster, { text }: Made): Promise<boolean> {
  if (text === null) return false;
  const kept = await core.rosterHistory.textAt(current.version);
  return text.text !== exportRoster(current, kept).text && text.text !== kept?.text;
}

function planJson(
  core: Parts,
  current: Roster,
  made: Made,
  { zone }: Wanted,
  isNew: boolean,
): RosterPlanJson {
  const plan = planOf(current, made.roster, core.nowMs());
  return {
    version: current.version,
    problems: made.problems,
    warnings: made.warnings,
    changes: made.roster !== current ? 'roster' : isNew ? 'text' : 'nothing',
    inWords: plan.changes,
    lines: changedLines(current, made.roster),
    ...timesOf(plan),
    said: { oncall: oncallLines(plan, zone), jumps: jumpLines(plan.jumps, zone) },
  };
}

function timesOf({ oncall, jumps, more }: Plan): Pick<RosterPlanJson, 'oncall' | 'jumps' | 'more'> {
  const iso = (atMs: number): string => new Date(atMs).toISOString();
  return {
    oncall: oncall.map(({ fromMs, untilMs, ...rest }) => ({
      ...rest,
      from: iso(fromMs),
      until: iso(untilMs),
    })),
    more,
    jumps: jumps.map(({ standIn, ...rest }) => ({
      ...rest,
      standIn: standIn === null ? null : { person: standIn.person, until: iso(standIn.untilMs) },
    })),
  };
}

/** All at once, each at its line. */
function refuseProblems(problems: readonly PlacedProblem[]): void {
  if (problems.length === 0) return;
  throw usage(problems.map((one) => `${one.line}:${one.column}: ${one.at}: ${one.text}`).join('\n'));
}

async function refuseStale(core: Parts, current: Roster, base: number | undefined): Promise<void> {
  if (base === undefined || base === current.version) return;
  if (base > current.version) {
    throw new RosterError(
      'conflict',
      `This was made from version ${base}, and the roster is at version ${current.version}`,
      'Is it the roster of another relay? Say which version it is to be based on with --base.',
    );
  }
  const then = await core.rosterHistory.version(base);
  const changes = then === null ? null : differences(then.roster, current);
  const kept = await core.rosterHistory.textAt(current.version);
  // A contact was verified since: no file says that, so none is stale by it.
  if (changes?.length === 0 && (kept === null || kept.version <= base)) return;
  throw stale(base, current, changes);
}

/** More would push what to do out of sight. */
const SHOWN_CHANGES = 20;

function stale(base: number, current: Roster, changes: string[] | null): RosterError {
  const shown = (changes ?? ['(that version is no longer kept)']).slice(0, SHOWN_CHANGES);
  const more = (changes?.length ?? 0) - shown.length;
  const lines = [...shown, ...(more > 0 ? [`… and ${more} more`] : [])].map((line) => `\n  ${line}`).join('');
  return new RosterError(
    'conflict',
    `This was made from version ${base} of the roster, which is at version ${current.version} by now. Since then:${lines}`,
    `Take these changes over (relay roster export shows the roster as it is), or overrule them with --base ${current.version}.`,
  );
}
