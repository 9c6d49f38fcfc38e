/** A record may carry several alerts: a list of them under some name, with what they share beside it. */
import { type Fields, objectsIn, plainName, textIn } from '../fields.ts';
import {
  CHECKS,
  DEDUP,
  HOSTS,
  LOOSE_CHECKS,
  MESSAGES,
  OWNERS,
  PROBLEM_IDS,
  SEVERITIES,
  STATES,
  TITLES,
  TOP_DEDUP,
  WATCH_IDS,
} from './names.ts';

const LISTS = new Set(
  'alerts events incidents problems alarms records notifications messages items checks issues results data'.split(
    ' ',
  ),
);
const ABOUT = new Set([
  ...HOSTS,
  ...CHECKS,
  ...LOOSE_CHECKS,
  ...OWNERS,
  ...DEDUP,
  ...TOP_DEDUP,
  ...PROBLEM_IDS,
  ...WATCH_IDS,
]);
const SAYS = new Set([...STATES, ...SEVERITIES, ...TITLES, ...MESSAGES]);

/** The one record, or those of its list, each with what the whole says beside it. */
export function partsOf(body: Fields): Fields[] {
  for (const [name, value] of Object.entries(body)) {
    if (!LISTS.has(plainName(name)) || !Array.isArray(value)) continue;
    const parts = objectsIn(value);
    if (parts.length === 0 || !parts.every(isAlert)) continue;
    const shared = Object.fromEntries(
      Object.entries(body).filter(([other, one]) => other !== name && textIn(one) !== ''),
    );
    // The text of the whole is about them all; their own ids and states come first.
    return parts.map((part) => ({ ...part, ...missing(shared, part) }));
  }
  return [body];
}

/** It says something, about something. */
function isAlert(part: Fields): boolean {
  const names = Object.keys(part).map(plainName);
  return names.some((name) => ABOUT.has(name)) && names.some((name) => SAYS.has(name));
}

/** What a part says itself, under any name of the same kind, is not said again by the whole. */
function missing(shared: Fields, part: Fields): Fields {
  const own = Object.keys(part).map(plainName);
  const kinds = [STATES, SEVERITIES, [...TITLES, ...MESSAGES], HOSTS].filter((names) =>
    own.some((name) => names.includes(name)),
  );
  const taken = new Set([
    ...own,
    ...DEDUP,
    ...TOP_DEDUP,
    ...PROBLEM_IDS,
    'id',
    'uid',
    'uuid',
    ...kinds.flat(),
  ]);
  return Object.fromEntries(Object.entries(shared).filter(([name]) => !taken.has(plainName(name))));
}
