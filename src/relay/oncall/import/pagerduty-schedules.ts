/**
 * PagerDuty's schedules. One person is on call in a schedule at a time: of its layers, the last counts (the API lists
 * the last first). Turns are counted from a layer's `rotation_virtual_start`, in steps of its turn length; the layer
 * answers from `start` until `end`.
 */
import { ROTATION_LIMITS } from '../rotation-checks.ts';
import { isZone } from '../times.ts';
import type { Hours, Layer, Override, Rotation } from '../types.ts';
import type { Ids } from './ids.ts';
import { fieldsOf, instantOf, objectsIn, textOf, wholeOf, type Fields } from './json.ts';
import type { Notes } from './notes.ts';
import type { PagerdutyExport } from './pagerduty-documents.ts';
import type { PagerdutyPeople } from './pagerduty-people.ts';
import { filledTurns, localStart, turnsFrom } from './turns.ts';
import type { ImportOptions } from './types.ts';
import { hoursOf, type Window } from './windows.ts';

export interface PagerdutySchedules {
  rotations: Rotation[];
  overrides: Override[];
  /** The rotation of a schedule, by PagerDuty's id. */
  rotation(key: string | null): string | null;
}

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
const DAY_MINUTES = 24 * 60;

/** Takes over schedules and their overrides. */
export function pagerdutySchedules(
  found: PagerdutyExport,
  people: PagerdutyPeople,
  tools: { ids: Ids; notes: Notes; options: ImportOptions },
): PagerdutySchedules {
  const { ids, notes } = tools;
  const rotations: Rotation[] = [];
  const byKey = new Map<string, string>();
  for (const entry of found.schedules) {
    const name = textOf(entry['name']) ?? textOf(entry['summary']) ?? textOf(entry['id']) ?? '?';
    const what = `schedule ${name}`;
    const zone = textOf(entry['time_zone']);
    if (!Array.isArray(entry['schedule_layers'])) {
      notes.left(what, 'its layers are not in the export: ask for GET /schedules/ID of each schedule');
      continue;
    }
    if (zone === null || !isZone(zone)) {
      notes.left(
        what,
        `its time zone ${zone ?? 'is missing'}: not one that is known here; write it like Europe/Berlin`,
      );
      continue;
    }
    const layers = layersOf(entry, { what, zone, people, notes, nowMs: tools.options.nowMs });
    if (layers.length === 0) {
      notes.left(what, 'none of its layers came over');
      continue;
    }
    const id = ids.from('rotation', name);
    rotations.push({ id, zone, layers });
    const key = textOf(entry['id']);
    if (key !== null) byKey.set(key, id);
    notes.taken(what, `rotation ${id} with ${layers.length} layer${layers.length === 1 ? '' : 's'}, ${zone}`);
  }
  return {
    rotations,
    overrides: overridesOf(found, byKey, people, tools),
    rotation: (key) => (key === null ? null : (byKey.get(key) ?? null)),
  };
}

interface LayerPlace {
  what: string;
  zone: string;
  people: PagerdutyPeople;
  notes: Notes;
  nowMs: number;
}

/** The last counts here too. */
function layersOf(schedule: Fields, place: LayerPlace): Layer[] {
  const ascending = objectsIn(schedule['schedule_layers']).toReversed();
  return ascending.flatMap((entry, index) => {
    const what = `${place.what}, ${textOf(entry['name']) ?? `layer ${index + 1}`}`;
    const layer = layerOf(entry, { ...place, what });
    if (layer === null) return [];
    const endMs = instantOf(entry['end']);
    // What begins by then above it, and always answers, hides it from there on.
    const isCovered = endMs !== null && ascending.slice(index + 1).some((above) => covers(above, endMs));
    if (endMs !== null && !isCovered)
      place.notes.approximated(
        what,
        `it ends on ${localStart(endMs, place.zone).start} there; here it goes on until it is taken away`,
      );
    return [layer];
  });
}

function covers(above: Fields, fromMs: number): boolean {
  const startMs = instantOf(above['start']);
  const endsAlone = instantOf(above['end']) !== null;
  const users = objectsIn(above['users']).length;
  return (
    startMs !== null &&
    startMs <= fromMs &&
    !endsAlone &&
    users > 0 &&
    objectsIn(above['restrictions']).length === 0
  );
}

function layerOf(entry: Fields, place: LayerPlace): Layer | null {
  const { what, zone, people, notes, nowMs } = place;
  const left = (text: string): null => {
    notes.left(what, text);
    return null;
  };
  const startMs = instantOf(entry['start']);
  const firstMs = instantOf(entry['rotation_virtual_start']) ?? startMs;
  const endMs = instantOf(entry['end']);
  const turnS = wholeOf(entry['rotation_turn_length_seconds']);
  if (endMs !== null && endMs <= nowMs) return left('it has ended');
  if (startMs === null || firstMs === null) return left('its start is missing or has no offset');
  if (turnS === null || turnS <= 0 || turnS % HOUR_S !== 0)
    return left(`turns of ${turnS ?? '?'} seconds: Relay's are whole hours, days, weeks or months`);
  const turns = objectsIn(entry['users']).map((one) => memberOf(one, people, what, notes));
  const members = filledTurns(turns);
  if (members === null) return left('none of its users came over');
  const during = hoursIn(entry['restrictions'], what, notes);
  if (during?.length === 0) return left("its restrictions can't be read");
  const shift = shiftOf(turnS);
  if (shift.every > ROTATION_LIMITS.every[shift.unit])
    return left(
      `turns of ${shift.every} ${shift.unit}: Relay's have at most ${ROTATION_LIMITS.every[shift.unit]}`,
    );
  if (members.length > ROTATION_LIMITS.members)
    return left(`${members.length} turns: Relay's layers have at most ${ROTATION_LIMITS.members}`);
  if (shift.unit === 'hours')
    notes.approximated(
      what,
      'a shift over a change of the clocks is an hour longer or shorter: turns keep to the clock on the wall',
    );
  let begin = { beginMs: firstMs, members };
  if (startMs > nowMs && startMs > firstMs) {
    begin = turnsFrom({ firstMs, lengthMs: turnS * 1_000, zone, members }, startMs);
    if (begin.beginMs !== startMs)
      notes.approximated(
        what,
        `it begins in the middle of a turn there; here it begins with that turn, ${Math.round((startMs - begin.beginMs) / 3_600_000)} hours earlier`,
      );
  }
  const { start, handoff, isExact } = localStart(begin.beginMs, zone);
  if (!isExact) notes.approximated(what, `it begins at ${handoff}, the seconds are cut off`);
  notes.taken(
    what,
    `${begin.members.join(', ')}, ${shift.every} ${shift.unit} each, from ${start} ${handoff}`,
  );
  return { members: begin.members, shift, start, handoff, ...(during === undefined ? {} : { during }) };
}

function shiftOf(turnS: number): Layer['shift'] {
  if (turnS % (7 * DAY_S) === 0) return { every: turnS / (7 * DAY_S), unit: 'weeks' };
  if (turnS % DAY_S === 0) return { every: turnS / DAY_S, unit: 'days' };
  return { every: turnS / HOUR_S, unit: 'hours' };
}

/** null: a turn that nobody here has; it goes to the next. */
function memberOf(entry: Fields, people: PagerdutyPeople, what: string, notes: Notes): string | null {
  const user = fieldsOf(entry['user']) ?? entry;
  const person = people.person(textOf(user['id']));
  if (person === null) {
    const name = textOf(user['summary']) ?? textOf(user['id']) ?? '?';
    notes.approximated(what, `the turn of ${name}: no such user came over; the next person has it here`);
  }
  return person;
}

function hoursIn(value: unknown, what: string, notes: Notes): Hours[] | undefined {
  const restrictions = objectsIn(value);
  if (restrictions.length === 0) return undefined;
  const windows = restrictions.flatMap((one): Window[] => {
    const clock = /^(\d{2}):(\d{2})(?::(\d{2}))?/.exec(textOf(one['start_time_of_day']) ?? '');
    const lengthS = wholeOf(one['duration_seconds']);
    const weekday = wholeOf(one['start_day_of_week']);
    const isWeekly = textOf(one['type']) === 'weekly_restriction';
    if (
      clock === null ||
      lengthS === null ||
      (isWeekly && (weekday === null || weekday < 1 || weekday > 7))
    ) {
      notes.approximated(what, "one of its restrictions can't be read; it is left out");
      return [];
    }
    const from = Number(clock[1]) * 60 + Number(clock[2]);
    const lengthMinutes = Math.round(lengthS / 60);
    if (Number(clock[3] ?? 0) !== 0 || lengthS % 60 !== 0)
      notes.approximated(what, 'the seconds of a restriction are cut off');
    const days = isWeekly ? [(weekday ?? 1) - 1] : [0, 1, 2, 3, 4, 5, 6];
    return days.map((day) => ({ fromMinute: day * DAY_MINUTES + from, lengthMinutes }));
  });
  return hoursOf(windows);
}

function overridesOf(
  found: PagerdutyExport,
  byKey: ReadonlyMap<string, string>,
  people: PagerdutyPeople,
  { notes, options }: { notes: Notes; options: ImportOptions },
): Override[] {
  const nested = found.schedules.flatMap((schedule) => {
    const rendered = fieldsOf(schedule['overrides_subschedule'])?.['rendered_schedule_entries'];
    const entries = [...objectsIn(schedule['overrides']), ...objectsIn(rendered)];
    return entries.map((entry) => ({ of: textOf(schedule['id']) ?? '', entry }));
  });
  const made: Override[] = [];
  const seen = new Set<string>();
  for (const { of, entry } of [...nested, ...found.overrides]) {
    const rotation = [...byKey].find(([key]) => of === key || of.includes(key))?.[1];
    const user = fieldsOf(entry['user']);
    const name = textOf(user?.['summary']) ?? textOf(user?.['id']) ?? '?';
    const fromMs = instantOf(entry['start']);
    const untilMs = instantOf(entry['end']);
    const what = `override of ${name} from ${textOf(entry['start']) ?? '?'}`;
    const person = people.person(textOf(user?.['id']));
    if (untilMs !== null && untilMs <= options.nowMs) continue;
    if (rotation === undefined)
      notes.left(
        what,
        'its schedule is not known: name the file for the id of the schedule, like overrides-ID.json',
      );
    else if (fromMs === null || untilMs === null || untilMs <= fromMs)
      notes.left(what, "its times can't be read");
    else if (person === null) notes.left(what, 'no such user came over');
    else if (!seen.has(`${rotation} ${person} ${fromMs} ${untilMs}`)) {
      seen.add(`${rotation} ${person} ${fromMs} ${untilMs}`);
      made.push({
        id: `import-${made.length + 1}`,
        policy: '',
        level: 0,
        rotation,
        person,
        fromMs,
        untilMs,
        by: options.by,
        madeAtMs: options.nowMs,
        why: 'override in PagerDuty',
      });
      notes.taken(what, `${person} in rotation ${rotation} until ${textOf(entry['end']) ?? '?'}`);
    }
  }
  return made;
}
