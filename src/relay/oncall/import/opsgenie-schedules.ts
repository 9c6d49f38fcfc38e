/**
 * Opsgenie's schedules. All rotations of a schedule are on call at the same time, so each becomes a rotation here, and
 * whoever names the schedule names all of them. Turns are counted from a rotation's start by the schedule's calendar.
 */
import { ROTATION_LIMITS } from '../rotation-checks.ts';
import { isZone } from '../times.ts';
import type { Layer, Override, Rotation } from '../types.ts';
import type { Ids } from './ids.ts';
import { fieldsOf, instantOf, objectsIn, textOf, wholeOf, type Fields } from './json.ts';
import type { Notes } from './notes.ts';
import type { OpsgenieExport } from './opsgenie-documents.ts';
import { restrictedHours } from './opsgenie-hours.ts';
import type { OpsgeniePeople } from './opsgenie-people.ts';
import { filledTurns, localStart } from './turns.ts';
import type { ImportOptions } from './types.ts';

export interface OpsgenieSchedules {
  rotations: Rotation[];
  overrides: Override[];
  /** The rotations of a schedule that is named somewhere; null: there is no such schedule. */
  ofSchedule(reference: Fields): { name: string; rotations: string[] } | null;
  /** The same with everybody's turn one earlier: who is next. Made when first asked for. */
  nextOf(rotation: string): string;
}

interface Schedule {
  key: string | null;
  name: string;
  rotations: { key: string | null; name: string | null; id: string }[];
}

const UNITS = { hourly: 'hours', daily: 'days', weekly: 'weeks' } as const;

/** Takes over schedules and their overrides. */
export function opsgenieSchedules(
  found: OpsgenieExport,
  people: OpsgeniePeople,
  tools: { ids: Ids; notes: Notes; options: ImportOptions },
): OpsgenieSchedules {
  const { ids, notes, options } = tools;
  const rotations: Rotation[] = [];
  const schedules: Schedule[] = [];
  for (const entry of found.schedules) {
    const schedule = takeSchedule(entry, people, tools, rotations);
    if (schedule !== null) schedules.push(schedule);
  }
  const ofSchedule: OpsgenieSchedules['ofSchedule'] = (reference) => {
    const key = textOf(reference['id']);
    const name = textOf(reference['name']);
    const schedule = schedules.find(
      (one) => (key !== null && one.key === key) || (name !== null && one.name === name),
    );
    return schedule === undefined
      ? null
      : { name: schedule.name, rotations: schedule.rotations.map((one) => one.id) };
  };
  const nexts = new Map<string, string>();
  return {
    rotations,
    overrides: overridesOf(found, schedules, people, notes, options),
    ofSchedule,
    nextOf: (rotation) => {
      const known = nexts.get(rotation);
      if (known !== undefined) return known;
      const described = rotations.find((one) => one.id === rotation);
      if (described === undefined) return rotation;
      const id = ids.from('rotation', `${rotation}-next`);
      rotations.push({
        ...described,
        id,
        layers: described.layers.map((layer) => ({
          ...layer,
          members: [...layer.members.slice(1), ...layer.members.slice(0, 1)],
        })),
      });
      nexts.set(rotation, id);
      return id;
    },
  };
}

function takeSchedule(
  entry: Fields,
  people: OpsgeniePeople,
  tools: { ids: Ids; notes: Notes; options: ImportOptions },
  rotations: Rotation[],
): Schedule | null {
  const { ids, notes, options } = tools;
  const name = textOf(entry['name']) ?? textOf(entry['id']) ?? '?';
  const what = `schedule ${name}`;
  const zone = textOf(entry['timezone']);
  if (entry['enabled'] === false) {
    notes.left(what, 'it is switched off there');
    return null;
  }
  if (zone === null || !isZone(zone)) {
    notes.left(
      what,
      `its time zone ${zone ?? 'is missing'}: not one that is known here; write it like Europe/Berlin`,
    );
    return null;
  }
  if (!Array.isArray(entry['rotations'])) {
    notes.left(what, 'its rotations are not in the export: ask for /v2/schedules?expand=rotation');
    return null;
  }
  const foreign = objectsIn(entry['rotations']);
  const schedule: Schedule = { key: textOf(entry['id']), name, rotations: [] };
  for (const one of foreign) {
    const label = textOf(one['name']);
    const whatOfOne = label === null ? what : `${what}, rotation ${label}`;
    const layer = layerOf(one, { zone, what: whatOfOne, people, notes, nowMs: options.nowMs });
    if (layer === null) continue;
    const id = ids.from('rotation', foreign.length === 1 || label === null ? name : `${name}-${label}`);
    rotations.push({ id, zone, layers: [layer] });
    schedule.rotations.push({ key: textOf(one['id']), name: label, id });
    notes.taken(
      whatOfOne,
      `rotation ${id}: ${layer.members.join(', ')}, ${layer.shift.every} ${layer.shift.unit} each, from ${layer.start} ${layer.handoff} ${zone}`,
    );
  }
  return schedule;
}

interface LayerPlace {
  zone: string;
  what: string;
  people: OpsgeniePeople;
  notes: Notes;
  nowMs: number;
}

function layerOf(entry: Fields, place: LayerPlace): Layer | null {
  const { zone, what, people, notes, nowMs } = place;
  const startMs = instantOf(entry['startDate']);
  const endMs = instantOf(entry['endDate']);
  const type = textOf(entry['type'])?.toLowerCase() ?? '';
  const unit = Object.hasOwn(UNITS, type) ? UNITS[type as keyof typeof UNITS] : null;
  const every = wholeOf(entry['length']) ?? 1;
  if (endMs !== null && endMs <= nowMs) return left(notes, what, 'it has ended');
  if (startMs === null) return left(notes, what, 'its startDate is missing or has no offset');
  if (unit === null || every < 1)
    return left(notes, what, `turns of ${every} "${type}": Relay knows hourly, daily and weekly`);
  const turns = objectsIn(entry['participants']).map((participant) =>
    memberOf(participant, people, what, notes),
  );
  const members = filledTurns(turns);
  if (members === null) return left(notes, what, 'none of its participants is a person who came over');
  if (every > ROTATION_LIMITS.every[unit] || members.length > ROTATION_LIMITS.members)
    return left(
      notes,
      what,
      `turns of ${every} ${unit} of ${members.length}: Relay has at most ${ROTATION_LIMITS.every[unit]} ${unit}, and ${ROTATION_LIMITS.members} turns`,
    );
  const during = restrictedHours(entry['timeRestriction'], what, notes);
  if (during?.length === 0) return left(notes, what, 'its time restriction leaves no time at all');
  const { start, handoff, isExact } = localStart(startMs, zone);
  if (!isExact) notes.approximated(what, `it starts at ${handoff}, the seconds are cut off`);
  if (endMs !== null)
    notes.approximated(
      what,
      `it ends on ${localStart(endMs, zone).start} there; here it goes on until it is taken away`,
    );
  if (unit === 'hours')
    notes.approximated(
      what,
      'a shift over a change of the clocks is an hour longer or shorter: turns keep to the clock on the wall',
    );
  return { members, shift: { every, unit }, start, handoff, ...(during === undefined ? {} : { during }) };
}

function left(notes: Notes, what: string, text: string): null {
  notes.left(what, text);
  return null;
}

/** null: a turn that no person has; it goes to the next. */
function memberOf(participant: Fields, people: OpsgeniePeople, what: string, notes: Notes): string | null {
  const type = textOf(participant['type']) ?? '?';
  const name =
    textOf(participant['username']) ?? textOf(participant['name']) ?? textOf(participant['id']) ?? '?';
  if (type === 'none' || type === 'noone') {
    notes.approximated(what, "a turn that is nobody's: the next person has it here");
    return null;
  }
  if (type !== 'user') {
    notes.approximated(
      what,
      `the turn of ${type} ${name}: only people take turns here; the next person has it`,
    );
    return null;
  }
  const person = people.person(participant);
  if (person === null)
    notes.approximated(what, `the turn of ${name}: no such user came over; the next person has it here`);
  return person;
}

function overridesOf(
  found: OpsgenieExport,
  schedules: readonly Schedule[],
  people: OpsgeniePeople,
  notes: Notes,
  options: ImportOptions,
): Override[] {
  const nested = found.schedules.flatMap((schedule) =>
    objectsIn(schedule['overrides']).map((entry) => ({ of: textOf(schedule['id']) ?? '', entry })),
  );
  const made: Override[] = [];
  for (const { of, entry } of [...nested, ...found.overrides]) {
    const parent = fieldsOf(entry['_parent']);
    const key = textOf(parent?.['id']);
    const schedule = schedules.find((one) => one.key !== null && (one.key === key || of.includes(one.key)));
    const user = fieldsOf(entry['user']);
    const what = `override ${textOf(entry['alias']) ?? '?'}${schedule === undefined ? '' : ` of schedule ${schedule.name}`}`;
    const fromMs = instantOf(entry['startDate']);
    const untilMs = instantOf(entry['endDate']);
    const person = people.person(user);
    if (untilMs !== null && untilMs <= options.nowMs) continue;
    if (schedule === undefined)
      notes.left(
        what,
        'its schedule is not known: name the file for the id of the schedule, like overrides-ID.json',
      );
    else if (fromMs === null || untilMs === null || untilMs <= fromMs)
      notes.left(what, "its times can't be read");
    else if (person === null)
      notes.left(
        what,
        `${textOf(user?.['username']) ?? textOf(user?.['type']) ?? 'nobody'} is no person who came over`,
      );
    else {
      const only = objectsIn(entry['rotations']).flatMap((one) => [textOf(one['id']), textOf(one['name'])]);
      const rotations = schedule.rotations.filter(
        (one) => only.length === 0 || only.includes(one.key) || only.includes(one.name),
      );
      for (const { id } of rotations)
        made.push({
          id: `import-${made.length + 1}`,
          policy: '',
          level: 0,
          rotation: id,
          person,
          fromMs,
          untilMs,
          by: options.by,
          madeAtMs: options.nowMs,
          why: 'override in Opsgenie',
        });
      notes.taken(
        what,
        `${person} from ${showInstant(fromMs)} until ${showInstant(untilMs)}, ${rotations.map((one) => one.id).join(', ')}`,
      );
    }
  }
  return made;
}

const showInstant = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString();
