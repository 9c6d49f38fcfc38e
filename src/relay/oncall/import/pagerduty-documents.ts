/**
 * What PagerDuty's REST API (version 2) answered, put together from one file or many: lists by name as the API has
 * them (`{"users": [...]}`), single answers (`{"schedule": {...}}`), or entries told apart by their `type`.
 */
import { fieldsOf, objectsIn, textOf, type Fields } from './json.ts';
import type { ImportDocument } from './types.ts';

export interface PagerdutyExport {
  users: Fields[];
  teams: Fields[];
  schedules: Fields[];
  policies: Fields[];
  services: Fields[];
  /** With the name of the file each came from: their lists don't say of which schedule they are. */
  overrides: { of: string; entry: Fields }[];
  /** How many entries of which file nobody knows what to make of. */
  unknown: Map<string, number>;
}

type Kind = Exclude<keyof PagerdutyExport, 'unknown'>;

const KEYS: Record<string, Kind> = {
  users: 'users',
  user: 'users',
  teams: 'teams',
  team: 'teams',
  schedules: 'schedules',
  schedule: 'schedules',
  escalation_policies: 'policies',
  escalation_policy: 'policies',
  services: 'services',
  service: 'services',
  overrides: 'overrides',
};

/** Everything in the documents, sorted by what it is. */
export function pagerdutyExport(documents: readonly ImportDocument[]): PagerdutyExport {
  const found: PagerdutyExport = {
    users: [],
    teams: [],
    schedules: [],
    policies: [],
    services: [],
    overrides: [],
    unknown: new Map(),
  };
  for (const { name, value } of documents) {
    const whole = fieldsOf(value);
    const type = textOf(whole?.['type']);
    const named =
      whole === null || type !== null ? [] : Object.keys(whole).filter((key) => Object.hasOwn(KEYS, key));
    if (whole !== null && named.length > 0) {
      for (const key of named) {
        const kind = KEYS[key];
        const single = fieldsOf(whole[key]);
        const entries = single === null ? objectsIn(whole[key]) : [single];
        if (kind !== undefined) for (const entry of entries) put(found, kind, name, entry);
      }
      continue;
    }
    for (const entry of whole === null ? objectsIn(value) : [whole]) put(found, kindOf(entry), name, entry);
  }
  return found;
}

function put(found: PagerdutyExport, kind: Kind | null, of: string, entry: Fields): void {
  if (kind === null) found.unknown.set(of, (found.unknown.get(of) ?? 0) + 1);
  else if (kind === 'overrides') found.overrides.push({ of, entry });
  else found[kind].push(entry);
}

function kindOf(entry: Fields): Kind | null {
  const type = textOf(entry['type']) ?? '';
  return Object.hasOwn(KEYS, type) ? (KEYS[type] ?? null) : null;
}
