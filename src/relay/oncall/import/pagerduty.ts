/** From PagerDuty: what its REST API (version 2) answered becomes parts of a roster, with a report. Pure. */
import { hash } from 'node:crypto';
import type { Service } from '../types.ts';
import { Ids } from './ids.ts';
import { fieldsOf, objectsIn, textOf, wholeOf, type Fields } from './json.ts';
import { Notes } from './notes.ts';
import { pagerdutyExport } from './pagerduty-documents.ts';
import { pagerdutyPeople, type PagerdutyPeople } from './pagerduty-people.ts';
import { pagerdutySchedules, type PagerdutySchedules } from './pagerduty-schedules.ts';
import type { ImportDocument, Imported, ImportedLevel, ImportedParts, ImportOptions } from './types.ts';

const LEVELS_MAX = 20;
const REPEATS_MAX = 100;
const LONGEST_MIN = 7 * 24 * 60;
/** What a rule waits when nothing says so: PagerDuty's own default. */
const USUAL_MIN = 30;

/** Reads one export or many files of it. What Relay can't say the same way stands in the notes, by name. */
export function importPagerduty(documents: readonly ImportDocument[], options: ImportOptions): Imported {
  const notes = new Notes();
  const ids = new Ids();
  const found = pagerdutyExport(documents);
  const people = pagerdutyPeople(found, ids, notes);
  const schedules = pagerdutySchedules(found, people, { ids, notes, options });
  const policyOf = new Map<string, string>();
  const policies = found.policies.flatMap((entry) =>
    policyFrom(entry, people, schedules, ids, notes, policyOf),
  );
  const services = found.services.flatMap((entry) => serviceFrom(entry, policyOf, ids, notes));
  for (const [name, count] of found.unknown)
    notes.left(
      name,
      `${count} ${count === 1 ? 'entry' : 'entries'} in it: nothing that Relay takes over from PagerDuty`,
    );
  return {
    parts: {
      people: people.people.all,
      groups: people.groups,
      rotations: schedules.rotations,
      policies,
      services,
      overrides: schedules.overrides,
      absences: [],
    },
    notes: notes.all,
  };
}

function policyFrom(
  entry: Fields,
  people: PagerdutyPeople,
  schedules: PagerdutySchedules,
  ids: Ids,
  notes: Notes,
  policyOf: Map<string, string>,
): ImportedParts['policies'] {
  const name = textOf(entry['name']) ?? textOf(entry['summary']) ?? '?';
  const what = `escalation policy ${name}`;
  const rules = objectsIn(entry['escalation_rules']);
  const levels = rules.flatMap((rule, index): ImportedLevel[] => {
    const targets = { people: [] as string[], rotations: [] as string[] };
    for (const target of objectsIn(rule['targets'])) {
      const key = textOf(target['id']);
      const isSchedule = textOf(target['type'])?.startsWith('schedule') === true;
      const id = isSchedule ? schedules.rotation(key) : people.person(key);
      if (id !== null) targets[isSchedule ? 'rotations' : 'people'].push(id);
      else
        notes.left(what, `rule ${index + 1}: ${textOf(target['summary']) ?? key ?? '?'} did not come over`);
    }
    const strategy = textOf(fieldsOf(rule['escalation_rule_assignment_strategy'])?.['type']);
    if (strategy === 'round_robin')
      notes.approximated(what, `rule ${index + 1}, round robin: here all of its targets are told each time`);
    if (targets.people.length + targets.rotations.length === 0) {
      notes.left(what, `rule ${index + 1}: it names nobody who came over`);
      return [];
    }
    const delayMin = Math.min(
      LONGEST_MIN,
      Math.max(1, wholeOf(rule['escalation_delay_in_minutes']) ?? USUAL_MIN),
    );
    return [
      {
        people: [...new Set(targets.people)],
        ...(targets.rotations.length === 0 ? {} : { rotations: [...new Set(targets.rotations)] }),
        afterMs: delayMin * 60_000,
      },
    ];
  });
  if (levels.length === 0) {
    notes.left(what, 'none of its rules came over');
    return [];
  }
  if (levels.length > LEVELS_MAX)
    notes.left(what, `its rules after the ${LEVELS_MAX}th: a policy has at most ${LEVELS_MAX} levels`);
  const id = ids.from('policy', name);
  const key = textOf(entry['id']);
  if (key !== null) policyOf.set(key, id);
  const repeat = Math.min(REPEATS_MAX, Math.max(0, wholeOf(entry['num_loops']) ?? 0));
  notes.taken(
    what,
    `policy ${id}: ${levels.length} level${levels.length === 1 ? '' : 's'}, repeated ${repeat} times`,
  );
  return [{ id, levels: levels.slice(0, LEVELS_MAX), repeat }];
}

/** A key of PagerDuty's that Relay's intake takes as well: senders then only change the host they send to. */
const ROUTING_KEY = /^[0-9a-f]{32}$/i;
const KEYS_MAX = 2;

const ackTimeoutHere = (policy: string, minutes: number): string =>
  `; here the policy says it: relay policy edit ${policy} --ack-timeout ${minutes}m`;
const stayOpen = (): string => ': here they stay open until a recovery comes or somebody resolves them';

function serviceFrom(
  entry: Fields,
  policyOf: ReadonlyMap<string, string>,
  ids: Ids,
  notes: Notes,
): Service[] {
  const name = textOf(entry['name']) ?? textOf(entry['summary']) ?? '?';
  const what = `service ${name}`;
  const reference = fieldsOf(entry['escalation_policy']);
  const policy = policyOf.get(textOf(reference?.['id']) ?? '');
  if (textOf(entry['status']) === 'disabled') {
    notes.left(what, 'it is switched off there');
    return [];
  }
  if (policy === undefined) {
    notes.left(what, `its escalation policy ${textOf(reference?.['summary']) ?? '?'} did not come over`);
    return [];
  }
  const keys = objectsIn(entry['integrations']).flatMap((one) => textOf(one['integration_key']) ?? []);
  const usable = [...new Set(keys.filter((key) => ROUTING_KEY.test(key)).map((key) => key.toLowerCase()))];
  if (usable.length < keys.length)
    notes.left(
      what,
      `${keys.length - usable.length} of its integration keys: not of the form that Relay's have`,
    );
  if (usable.length > KEYS_MAX)
    notes.left(
      what,
      `${usable.length - KEYS_MAX} of its integration keys: a service has at most ${KEYS_MAX}`,
    );
  const kept = usable.slice(0, KEYS_MAX);
  for (const [field, words, here] of [
    ['acknowledgement_timeout', 'after an acknowledgement it pages again', ackTimeoutHere],
    ['auto_resolve_timeout', 'it resolves incidents by itself', stayOpen],
  ] as const) {
    const seconds = wholeOf(entry[field]);
    if (seconds === null || seconds <= 0) continue;
    const minutes = Math.max(1, Math.round(seconds / 60));
    notes.left(what, `${words} after ${minutes} min${here(policy, minutes)}`);
  }
  const id = ids.from('service', name);
  const key =
    kept.length === 0
      ? `make its key with relay service key ${id}`
      : 'its integration keys go on working: senders change the host alone';
  notes.taken(what, `service ${id} with policy ${policy}; ${key}`);
  return [{ id, policy, keyHashes: kept.map((one) => hash('sha256', one, 'hex')) }];
}
