/**
 * What a file says becomes a roster, through the same checks and edits that the commands use: what a command refuses, a
 * file refuses, and everything at once. Pure.
 */
import { addGroup, addPolicy, addRotation, emptyRoster } from '../edits.ts';
import { isIn } from '../level.ts';
import { addWholePerson } from '../people.ts';
import type { Override, Roster } from '../types.ts';
import { keepVerified } from '../verified.ts';
import { missingNames } from './named.ts';
import type { FileProblem, KeyPath } from './findings.ts';
import type { RosterParts } from './fields.ts';
import { readParts, writeParts } from './parts.ts';
import { refusal } from './refusal.ts';
import { builtAbsences, builtOverrides } from './stand-ins.ts';
import { builtRules } from './event-rules.ts';
import { builtHeartbeats } from './heartbeats.ts';
import { builtServices } from './services.ts';
import { builtWindows } from './windows.ts';

/** Who applies a file, and when. */
export interface Applied {
  by: string;
  nowMs: number;
}

export interface Built {
  /** The base itself when nothing changes; of no use while there are problems. */
  roster: Roster;
  problems: FileProblem[];
  /** What is no mistake, and probably not meant. */
  warnings: FileProblem[];
}

/** The roster that `plain` (a file without its text) makes of `base`, whose sections stay where the file has none. */
export function buildRoster(base: Roster, plain: unknown, applied: Applied): Built {
  const { parts, findings } = readParts(plain);
  const problems = [...findings.problems, ...missingNames(base, plain, parts, findings.names)];
  const warnings: FileProblem[] = [];
  const staged = new Staged(base, plain, problems);
  staged.each('people', parts.people, (roster, one) => addWholePerson(roster, one, base));
  staged.each('groups', parts.groups, addGroup);
  staged.each('rotations', parts.rotations, addRotation);
  // A rule may name a policy that comes after it.
  const all = parts.policies?.map((one) => one.id);
  staged.each('policies', parts.policies, (roster, one) => addPolicy(roster, one, all));
  const { roster: first } = staged;
  const services = builtServices(base, parts.services, problems, warnings);
  const eventRules = builtRules(base, parts.eventRules, problems, warnings);
  const roster: Roster = {
    ...keepVerified(base, first),
    services,
    ...(eventRules.length === 0 ? {} : { eventRules }),
    defaultService: parts.defaultService ?? base.defaultService,
  };
  const watched = builtHeartbeats(roster, base, parts.heartbeats, problems, warnings);
  const overrides: Override[] = builtOverrides(watched, base, parts.overrides, applied, problems, warnings);
  const whole: Roster = { ...watched, overrides };
  const absences = builtAbsences(whole, base, parts.absences, applied, problems, warnings);
  const maintenance = builtWindows(whole, base, parts.maintenance, applied, problems, warnings);
  const built = withCalendars(
    {
      ...whole,
      ...(absences === undefined ? {} : { absences }),
      ...(maintenance === undefined ? {} : { maintenance }),
    },
    base,
  );
  const isSame = JSON.stringify(writeParts(built)) === JSON.stringify(writeParts(base));
  return { roster: isSame ? base : built, problems, warnings };
}

/** Calendars stay as they are, but for those of people and rotations that are gone. */
function withCalendars(roster: Roster, { feeds, calendarLinks }: Roster): Roster {
  const isThere = (of: { person: string } | { rotation: string }): boolean =>
    'person' in of
      ? isIn(roster, of.person)
      : (roster.rotations ?? []).some((rotation) => rotation.id === of.rotation);
  return {
    ...roster,
    ...(feeds === undefined ? {} : { feeds: feeds.filter((feed) => isIn(roster, feed.person)) }),
    ...(calendarLinks === undefined ? {} : { calendarLinks: calendarLinks.filter(({ of }) => isThere(of)) }),
  };
}

/** Adds entry by entry to a roster that begins with what the file leaves alone. */
class Staged {
  roster: Roster;
  readonly #base: Roster;
  readonly #plain: unknown;
  readonly #problems: FileProblem[];

  constructor(base: Roster, plain: unknown, problems: FileProblem[]) {
    this.roster = { ...emptyRoster(), version: base.version };
    this.#base = base;
    this.#plain = plain;
    this.#problems = problems;
  }

  /** Each entry by the edit; a section that is absent comes from the base as it is. */
  each<K extends 'people' | 'groups' | 'rotations' | 'policies'>(
    section: K,
    entries: RosterParts[K],
    edit: (roster: Roster, entry: NonNullable<RosterParts[K]>[number]) => Roster,
  ): void {
    if (entries === undefined) {
      const kept = this.#base[section];
      if (kept !== undefined) this.roster = { ...this.roster, [section]: kept };
      return;
    }
    this.roster = { ...this.roster, [section]: [] };
    for (const entry of entries) {
      const path: KeyPath = [section, entry.id];
      const refused = this.#try(path, () => edit(this.roster, entry));
      if (refused !== null && !this.#isKnownBad(path, refused)) this.#problems.push(refused.problem);
    }
  }

  #try(path: KeyPath, edit: () => Roster): { problem: FileProblem; isName: boolean } | null {
    try {
      this.roster = edit();
      return null;
    } catch (error) {
      return refusal(error, path, this.#plain);
    }
  }

  /** A name that isn't there has been told at its own place, and so has what a field refuses by itself. */
  #isKnownBad(entry: KeyPath, { problem, isName }: { problem: FileProblem; isName: boolean }): boolean {
    if (isName && this.#problems.length > 0) return true;
    const place = problem.on === 'key' ? entry : problem.path;
    return this.#problems.some((one) => place.every((part, index) => one.path[index] === part));
  }
}
