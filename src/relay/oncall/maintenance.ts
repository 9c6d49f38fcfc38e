/** Which maintenance window an incident falls under at an instant, and until when. Pure. */
import { globOf, type Glob } from '../events/formats/rules/glob.ts';
import { END_SEEN_MS, openHours } from './hours-at.ts';
import { hoursWords } from './hours-words.ts';
import type { About, MaintenanceWindow, Roster } from './types.ts';

/** A window in force, and when nobody is kept from being told by it or by one that follows at once. */
export interface InMaintenance {
  window: MaintenanceWindow;
  untilMs: number;
}

/**
 * The window that an incident of a service falls under; of several the one that ends last. Windows that together have no
 * end are none: an incident always comes to somebody (S13).
 */
export function maintenanceAt(
  roster: Roster,
  service: string,
  about: About,
  atMs: number,
): InMaintenance | null {
  const windows = (roster.maintenance ?? []).filter((one) => isFor(one, service, about));
  let found: InMaintenance | null = null;
  for (let endMs = atMs; endMs < atMs + LONGEST_MS; ) {
    const next = lastOf(windows, endMs);
    if (next === null) return found;
    found = next;
    endMs = next.untilMs;
  }
  return null;
}

/** What the timeline says of one that waits for a window. */
export const maintenanceWords =
  ({ id, why }: MaintenanceWindow) =>
  (until: string): string =>
    `waits until ${until}: maintenance ${id} (${why})`;

/** A window that lasts at an instant: until when at least; null: it doesn't, or can't be read on this host. */
export function windowUntilMs(window: MaintenanceWindow, atMs: number): number | null {
  const { fromMs = -Infinity, untilMs = Infinity, during, zone = 'UTC' } = window;
  if (atMs < fromMs || atMs >= untilMs) return null;
  if (during === undefined) return untilMs === Infinity ? null : untilMs;
  const [open] = openHours(during, zone)?.within(atMs, atMs + 1) ?? [];
  return open === undefined ? null : Math.min(open.untilMs, untilMs);
}

/** When a window begins next after an instant; null: not within some weeks, or never again. */
export function windowNextMs(window: MaintenanceWindow, afterMs: number): number | null {
  const { fromMs = -Infinity, untilMs = Infinity, during, zone = 'UTC' } = window;
  if (during === undefined) return fromMs > afterMs ? fromMs : null;
  const fromAt = Math.max(afterMs, fromMs);
  for (const open of openHours(during, zone)?.within(fromAt, fromAt + END_SEEN_MS) ?? []) {
    const startMs = Math.max(open.fromMs, fromMs);
    if (startMs > afterMs) return startMs < untilMs ? startMs : null;
  }
  return null;
}

/** `service db, host web*, Sun 02:00-04:00 (Europe/Berlin)`: what it is for, and when it comes again. */
export function windowWords(window: MaintenanceWindow): string {
  const { services, hosts, matches } = window;
  const parts = [
    ...(services === undefined ? [] : [`service ${services.join(' or ')}`]),
    ...(hosts === undefined ? [] : [`host ${hosts.join(' or ')}`]),
    ...(matches === undefined ? [] : [`"${matches.join('" or "')}"`]),
  ];
  const what = parts.length === 0 ? 'everything' : parts.join(' and ');
  const again = hoursOf(window);
  return again === null ? what : `${what}, ${again}`;
}

/** `sun 02:00-04:00 (Europe/Berlin)`: when it comes again; null: it lasts all the time. */
export const hoursOf = ({ during, zone = 'UTC' }: MaintenanceWindow): string | null =>
  during === undefined ? null : `${during.map(hoursWords).join(', ')} (${zone})`;

/** One window lasts no longer than a year. */
export const LONGEST_MS = 366 * 86_400_000;

function lastOf(windows: readonly MaintenanceWindow[], atMs: number): InMaintenance | null {
  let last: InMaintenance | null = null;
  for (const window of windows) {
    const untilMs = windowUntilMs(window, atMs);
    if (untilMs !== null && (last === null || untilMs > last.untilMs)) last = { window, untilMs };
  }
  return last;
}

function isFor({ services, hosts, matches }: MaintenanceWindow, service: string, about: About): boolean {
  if (services !== undefined && !services.includes(service)) return false;
  if (hosts !== undefined && !hosts.some((glob) => isHost(glob, about))) return false;
  return (
    matches === undefined || matches.some((glob) => fits(glob, about.dedupKey) || fits(glob, about.summary))
  );
}

/** Where the source names no host, one of the words of the alert. */
function isHost(glob: string, { host, dedupKey, summary }: About): boolean {
  const names = host === undefined ? wordsOf(`${dedupKey} ${summary}`) : [host];
  return names.some((name) => fits(glob, name) || fits(glob, name.split('.', 1)[0] ?? name));
}

/** Patterns of windows that were looked at; few, and asked at every step. */
const globs = new Map<string, Glob>();
const GLOBS_MAX = 2_000;

function fits(pattern: string, text: string): boolean {
  const known = globs.get(pattern) ?? globOf(pattern);
  if (globs.size >= GLOBS_MAX) globs.clear();
  globs.set(pattern, known);
  return known(text.toLowerCase());
}

/** More than this is no name of a host. */
const WORDS_MAX = 100;

const wordsOf = (text: string): string[] =>
  text
    .slice(0, 1_500)
    .split(/[^\p{L}\p{N}._-]/u, 2 * WORDS_MAX)
    .map((word) => word.replace(/^[._-]/, '').replace(/[._-]$/, ''))
    .filter((word) => word !== '')
    .slice(0, WORDS_MAX);
