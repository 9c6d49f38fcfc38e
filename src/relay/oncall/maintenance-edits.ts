/** Edits of maintenance windows. Pure; each refuses with a RosterError that says what to do. */
import { RosterError } from './book.ts';
import { checkWhy } from './absences.ts';
import { checkFree, checkId, clean, findService, findWindow } from './checks.ts';
import { lastsUntilMs } from './hours-at.ts';
import { hoursOf, LONGEST_MS, windowNextMs, windowUntilMs } from './maintenance.ts';
import { checkedHours, checkZone } from './rotation-checks.ts';
import type { MaintenanceWindow, Roster } from './types.ts';

/** The most of each, so that what is read at every decision stays small. */
export const MAINTENANCE_LIMITS = {
  windows: 200,
  names: 100,
  globs: 50,
  globLength: 200,
  hours: 20,
} as const;

/** One that was over this long ago is forgotten with the next edit. */
const KEPT_MS = 7 * 86_400_000;

/** What is said of a new one; without an id it is given one. */
export type WindowEdit = Omit<MaintenanceWindow, 'id' | 'why' | 'madeAtMs'> & {
  id?: string;
  why?: string;
  nowMs: number;
};

/** Adds a window. Rejects with RosterError. */
export function addWindow(roster: Roster, { nowMs, ...edit }: WindowEdit): Roster {
  const windows = (roster.maintenance ?? []).filter(({ untilMs = Infinity }) => untilMs > nowMs - KEPT_MS);
  if (edit.id !== undefined) {
    checkId('window', edit.id);
    checkFree('window', edit.id, windows);
  }
  if (windows.length >= MAINTENANCE_LIMITS.windows)
    throw new RosterError(
      'conflict',
      `There are ${MAINTENANCE_LIMITS.windows} maintenance windows already`,
      'Remove some with: relay maintenance remove NAME',
    );
  const window: MaintenanceWindow = {
    ...edit,
    id: edit.id ?? newId(edit, windows),
    why: checkWhy(edit.why ?? 'maintenance'),
    madeAtMs: nowMs,
  };
  if (window.untilMs !== undefined && window.untilMs <= nowMs)
    throw new RosterError('usage', 'It would be over already', 'Give an end that is still to come.');
  const checked = checkedWindow(roster, window, nowMs);
  if (comesNever(checked, nowMs))
    throw new RosterError(
      'usage',
      `None of its hours (${hoursOf(checked) ?? ''}) comes before it ends`,
      'Its end is that of the whole series: leave it out, or give a later one.',
    );
  return { ...roster, maintenance: [...windows, checked] };
}

/** One that comes again, with an end before its first time. */
function comesNever(window: MaintenanceWindow, nowMs: number): boolean {
  if (window.during === undefined || window.untilMs === undefined) return false;
  const fromMs = Math.max(nowMs, window.fromMs ?? nowMs);
  return windowUntilMs(window, fromMs) === null && windowNextMs(window, fromMs) === null;
}

/** A window of a roster that has the services it names. Rejects with RosterError. */
export function checkedWindow(roster: Roster, window: MaintenanceWindow, nowMs: number): MaintenanceWindow {
  const { services, hosts, matches, fromMs, untilMs, during, zone } = window;
  for (const id of services ?? []) findService(roster, id);
  for (const glob of [...(hosts ?? []), ...(matches ?? [])]) checkGlob(glob);
  if ([services, hosts, matches].some((one) => one?.length === 0))
    throw usage('It would be for nothing', 'Name at least one, or leave it out.');
  if (zone !== undefined) checkZone(zone);
  if (during === undefined) {
    if (untilMs === undefined)
      throw usage('A window ends', 'Give an end, or the hours in which it comes again.');
    const startMs = fromMs ?? nowMs;
    if (untilMs <= startMs) throw usage('It would end before it begins', 'Give an end after the beginning.');
    if (untilMs - startMs > LONGEST_MS)
      throw usage('It would last over a year', 'What nobody is to be told of is better sent nowhere.');
    return window;
  }
  if (during.length === 0 || during.length > MAINTENANCE_LIMITS.hours)
    throw usage(
      `A window has 1 to ${MAINTENANCE_LIMITS.hours} spans of hours`,
      'Leave them out for one with a beginning and an end.',
    );
  const hours = during.map((one) => checkedHours(one, 'The window'));
  if (zone === undefined) throw usage('Its hours need a time zone', 'Give one such as Europe/Berlin.');
  if (fromMs !== undefined && untilMs !== undefined && untilMs <= fromMs)
    throw usage('It would end before it begins', 'Give an end after the beginning.');
  if (lastsUntilMs(hours, zone, fromMs ?? nowMs) === null)
    throw usage('Its hours have no end: nobody would ever be told', 'Leave some hours of the week free.');
  return { ...window, during: hours };
}

/**
 * Ends a window now: what is open pages. One that comes again does so when its next time has come. Rejects with
 * RosterError, also when it isn't in force.
 */
export function endWindow(roster: Roster, id: string, nowMs: number): Roster {
  const window = findWindow(roster, id);
  const untilMs = windowUntilMs(window, nowMs);
  if (untilMs === null)
    throw new RosterError(
      'conflict',
      `Window ${id} is not in force now`,
      `To take it away altogether: relay maintenance remove ${id}`,
    );
  const ended: MaintenanceWindow =
    window.during === undefined ? { ...window, untilMs: nowMs } : { ...window, fromMs: untilMs };
  const isOver = windowUntilMs(ended, untilMs) === null && windowNextMs(ended, nowMs) === null;
  return window.during === undefined || isOver
    ? removeWindow(roster, id)
    : withWindows(roster, (one) => (one === window ? ended : one));
}

/** Removes a window. Rejects with RosterError when there is none. */
export function removeWindow(roster: Roster, id: string): Roster {
  const window = findWindow(roster, id);
  return { ...roster, maintenance: (roster.maintenance ?? []).filter((one) => one !== window) };
}

/** A service that goes is in no window any more; a window that was for it alone goes with it. */
export function withoutServiceWindows(roster: Roster, service: string): Roster {
  if (roster.maintenance?.some((one) => one.services?.includes(service) === true) !== true) return roster;
  const maintenance = roster.maintenance.flatMap((one): MaintenanceWindow[] => {
    if (one.services?.includes(service) !== true) return [one];
    const services = one.services.filter((id) => id !== service);
    return services.length === 0 ? [] : [{ ...one, services }];
  });
  return { ...roster, maintenance };
}

/** A glob of one line. Rejects with RosterError (usage). */
export function checkGlob(glob: string): string {
  if (
    glob.trim() !== '' &&
    glob.length <= MAINTENANCE_LIMITS.globLength &&
    !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(glob)
  )
    return glob;
  throw usage(
    `"${clean(glob)}" is no pattern for a name`,
    `Write it like db1, web* or *.example.com, in at most ${MAINTENANCE_LIMITS.globLength} characters.`,
  );
}

const withWindows = (roster: Roster, change: (one: MaintenanceWindow) => MaintenanceWindow): Roster => ({
  ...roster,
  maintenance: (roster.maintenance ?? []).map(change),
});

/** By what it is for: `db1`, `web`, `db1-2`. */
function newId(edit: Omit<WindowEdit, 'nowMs'>, windows: readonly { id: string }[]): string {
  const said = edit.hosts?.[0] ?? edit.services?.[0] ?? edit.matches?.[0] ?? 'all';
  const stem =
    said
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]+/g, '-')
      .replace(/^[-_]+/, '')
      .slice(0, 24)
      .replace(/[-_]+$/, '') || 'window';
  const isFree = (id: string): boolean =>
    windows.every((one) => one.id !== id) && !['add', 'end', 'list', 'remove', 'show'].includes(id);
  let id = stem;
  for (let count = 2; !isFree(id); count += 1) id = `${stem}-${count}`;
  return id;
}

const usage = (message: string, cure: string): RosterError => new RosterError('usage', message, cure);
