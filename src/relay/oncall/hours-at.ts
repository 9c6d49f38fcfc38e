/** Hours of the week at an instant: whether they cover it, until when, and what is said of them. Pure. */
import type { Severity } from '../events/types.ts';
import { hoursWords } from './hours-words.ts';
import { DAY_MS } from './rotations/civil.ts';
import { OpenHours } from './rotations/hours.ts';
import { zoneOf } from './rotations/zone.ts';
import type { Hours } from './types.ts';

/** Hours come back every week; a day more for a clock change. */
export const WEEK_MS = 8 * DAY_MS;
/** What has no end within this would have none at all. */
export const END_SEEN_MS = 2 * WEEK_MS;

/** For which severities, and when: what is absent doesn't count. */
export interface When {
  severities?: Severity[];
  /** Only within some of these hours. */
  during?: Hours[];
  /** Only outside all of these hours. */
  outside?: Hours[];
}

/**
 * Whether it is so for a severity at an instant; without one, only what is for all severities. Hours that can't be read
 * on this host are never so: they keep nobody from being told.
 */
export function isWhen(when: When, zone: string, severity: Severity | undefined, atMs: number): boolean {
  const { severities } = when;
  if (severities !== undefined && (severity === undefined || !severities.includes(severity))) return false;
  const during = openHours(when.during, zone);
  const outside = openHours(when.outside, zone);
  if ((when.during !== undefined && during === null) || (when.outside !== undefined && outside === null))
    return false;
  if (during !== null && during.within(atMs, atMs + 1).length === 0) return false;
  return outside === null || outside.within(atMs, atMs + 1).length === 0;
}

/** `during mon-fri 08:00-18:00 and outside 22:00-06:00`; '' for always. */
export function whenWords({ during, outside }: When): string {
  return [
    ...(during === undefined ? [] : [`during ${during.map(hoursWords).join(', ')}`]),
    ...(outside === undefined ? [] : [`outside ${outside.map(hoursWords).join(', ')}`]),
  ].join(' and ');
}

/**
 * Until when these hours last that cover an instant; the instant itself when they don't, or can't be read on this host.
 * null: they have no end.
 */
export function lastsUntilMs(hours: readonly Hours[], zone: string, atMs: number): number | null {
  const open = openHours(hours, zone);
  if (open === null) return atMs;
  for (let endMs = atMs; endMs < atMs + END_SEEN_MS; ) {
    const [window] = open.within(endMs, endMs + 1);
    if (window === undefined) return endMs;
    endMs = window.untilMs;
  }
  return null;
}

/** Read once for each list of hours and zone. */
const known = new WeakMap<readonly Hours[], Map<string, OpenHours | null>>();

/** null: there are none, or they can't be read on this host. */
export function openHours(hours: readonly Hours[] | undefined, zone: string): OpenHours | null {
  if (hours === undefined) return null;
  const zones = known.get(hours) ?? new Map<string, OpenHours | null>();
  known.set(hours, zones);
  const before = zones.get(zone);
  if (before !== undefined) return before;
  const read = readHours(zone, hours);
  zones.set(zone, read);
  return read;
}

function readHours(zone: string, hours: readonly Hours[]): OpenHours | null {
  try {
    return new OpenHours(zoneOf(zone), hours);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
