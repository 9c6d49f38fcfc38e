/**
 * Opsgenie's escalations. The delay of each rule counts from the alert; here each level says how long it has until the
 * next. Rules with the same delay are one level.
 */
import type { Ids } from './ids.ts';
import { fieldsOf, objectsIn, textOf, wholeOf, type Fields } from './json.ts';
import type { Notes } from './notes.ts';
import type { OpsgenieExport } from './opsgenie-documents.ts';
import type { OpsgeniePeople } from './opsgenie-people.ts';
import type { OpsgenieSchedules } from './opsgenie-schedules.ts';
import type { ImportedLevel, ImportedParts } from './types.ts';

export interface OpsgeniePolicies {
  policies: ImportedParts['policies'];
  /** The policy of an escalation that is named somewhere. */
  ofEscalation(reference: Fields | null): string | null;
  /** The policy of the only escalation that a team owns. */
  ofTeam(team: string): string | null;
}

const UNIT_MS: Record<string, number> = {
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
};
/** What the last level has when nothing says how long it waits. */
const LAST_MS = 5 * 60_000;
const LEVELS_MAX = 20;
const LONGEST_MS = 7 * 86_400_000;

/** Takes over escalations. */
export function opsgenieEscalations(
  found: OpsgenieExport,
  people: OpsgeniePeople,
  schedules: OpsgenieSchedules,
  tools: { ids: Ids; notes: Notes },
): OpsgeniePolicies {
  const { ids, notes } = tools;
  const policies: ImportedParts['policies'] = [];
  const byReference = new Map<string, string>();
  const byTeam = new Map<string, string[]>();
  for (const entry of found.escalations) {
    const name = textOf(entry['name']) ?? textOf(entry['id']) ?? '?';
    const what = `escalation ${name}`;
    const levels = levelsOf(entry, what, { people, schedules, ids, notes });
    if (levels.length === 0) {
      notes.left(what, 'none of its rules names anybody who came over');
      continue;
    }
    const repeat = fieldsOf(entry['repeat']);
    const count = Math.min(100, Math.max(0, wholeOf(repeat?.['count']) ?? 0));
    if (repeat?.['closeAlertAfterAll'] === true)
      notes.left(
        what,
        'closing the alert after the repeats: Relay tells the catch-all and leaves the incident open',
      );
    const id = ids.from('policy', name);
    policies.push({ id, levels, repeat: count });
    for (const reference of [textOf(entry['id']), textOf(entry['name'])])
      if (reference !== null) byReference.set(reference, id);
    const team = fieldsOf(entry['ownerTeam']);
    for (const reference of [textOf(team?.['id']), textOf(team?.['name'])])
      if (reference !== null) byTeam.set(reference, [...(byTeam.get(reference) ?? []), id]);
    notes.taken(
      what,
      `policy ${id}: ${levels.length} level${levels.length === 1 ? '' : 's'}, repeated ${count} times`,
    );
  }
  return {
    policies,
    ofEscalation: (reference) =>
      byReference.get(textOf(reference?.['id']) ?? '') ??
      byReference.get(textOf(reference?.['name']) ?? '') ??
      null,
    ofTeam: (team) => {
      const owned = byTeam.get(team) ?? [];
      return owned.length === 1 ? (owned[0] ?? null) : null;
    },
  };
}

interface Place {
  people: OpsgeniePeople;
  schedules: OpsgenieSchedules;
  ids: Ids;
  notes: Notes;
}

interface Target {
  people?: string[];
  rotations?: string[];
  groups?: string[];
}

const both = (some: string[] | undefined, others: string[] | undefined): string[] => [
  ...new Set([...(some ?? []), ...(others ?? [])]),
];

function levelsOf(entry: Fields, what: string, place: Place): ImportedLevel[] {
  const byDelay = new Map<number, Target>();
  for (const rule of objectsIn(entry['rules'])) {
    const target = targetOf(rule, what, place);
    if (target === null) continue;
    if (textOf(rule['condition']) === 'if-not-closed')
      place.notes.approximated(what, `${labelOf(rule)}, if not closed: here an acknowledgement stops it too`);
    const delayMs = delayOf(rule);
    const known = byDelay.get(delayMs);
    byDelay.set(delayMs, {
      people: both(known?.people, target.people),
      rotations: both(known?.rotations, target.rotations),
      groups: both(known?.groups, target.groups),
    });
  }
  const delays = [...byDelay.keys()].sort((a, b) => a - b);
  if ((delays[0] ?? 0) > 0)
    place.notes.approximated(
      what,
      `its first rule waits for ${(delays[0] ?? 0) / 60_000} min; here level 1 is told at once, and the others as much earlier`,
    );
  if (delays.length > LEVELS_MAX)
    place.notes.left(
      what,
      `its rules after the ${LEVELS_MAX}th time: a policy has at most ${LEVELS_MAX} levels`,
    );
  const waitMin = wholeOf(fieldsOf(entry['repeat'])?.['waitInterval']) ?? 0;
  return delays.slice(0, LEVELS_MAX).map((delayMs, index) => {
    const { people = [], rotations = [], groups = [] } = byDelay.get(delayMs) ?? {};
    const next = delays[index + 1];
    const lastMs = waitMin > 0 ? waitMin * 60_000 : LAST_MS;
    const afterMs = Math.min(LONGEST_MS, next === undefined ? lastMs : next - delayMs);
    return {
      people,
      ...(rotations.length === 0 ? {} : { rotations }),
      ...(groups.length === 0 ? {} : { groups }),
      afterMs,
    };
  });
}

function delayOf(rule: Fields): number {
  const delay = fieldsOf(rule['delay']);
  const unit = textOf(delay?.['timeUnit']) ?? 'minutes';
  return Math.max(0, (wholeOf(delay?.['timeAmount']) ?? 0) * (UNIT_MS[unit] ?? 0));
}

const labelOf = (rule: Fields): string => {
  const recipient = fieldsOf(rule['recipient']);
  const name =
    textOf(recipient?.['username']) ?? textOf(recipient?.['name']) ?? textOf(recipient?.['id']) ?? '?';
  return `${textOf(recipient?.['type']) ?? '?'} ${name}`;
};

/** Whom a rule tells; null, with the reason in the report: nobody who came over. */
function targetOf(rule: Fields, what: string, { people, schedules, notes }: Place): Target | null {
  const recipient = fieldsOf(rule['recipient']) ?? {};
  const type = textOf(recipient['type']);
  const notify = textOf(rule['notifyType']) ?? 'default';
  const label = labelOf(rule);
  const none = (why: string): null => {
    notes.left(what, `${label}: ${why}`);
    return null;
  };
  if (type === 'user') {
    const person = people.person(recipient);
    return person === null ? none('no such user came over') : { people: [person] };
  }
  if (type === 'team') {
    const role = notify === 'users' ? 'user' : notify === 'admins' ? 'admin' : null;
    const team = people.team(recipient, role);
    if (team === null || team.people.length === 0) return none('no members of it came over');
    if (notify === 'default')
      notes.approximated(what, `${label}, by its routing rules: here all its members are told`);
    if (notify === 'random')
      notes.approximated(what, `${label}, one by chance: here all its members are told`);
    return team.group === null ? { people: team.people } : { groups: [team.group] };
  }
  if (type !== 'schedule') return none('Relay tells people, rotations and groups');
  const schedule = schedules.ofSchedule(recipient);
  if (schedule === null || schedule.rotations.length === 0) return none('the schedule did not come over');
  if (notify === 'default') return { rotations: schedule.rotations };
  if (notify === 'next') {
    notes.approximated(
      what,
      `${label}, who is next: a rotation of its own with everybody one turn earlier; overrides of the first don't change it`,
    );
    return { rotations: schedule.rotations.map((one) => schedules.nextOf(one)) };
  }
  const members = schedules.rotations
    .filter((one) => schedule.rotations.includes(one.id))
    .flatMap((one) => one.layers.flatMap((layer) => layer.members));
  notes.approximated(what, `${label}, notify ${notify}: here all members of its rotations are told`);
  return { people: [...new Set(members)] };
}
