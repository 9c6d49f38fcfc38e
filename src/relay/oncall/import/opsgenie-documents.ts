/**
 * What Opsgenie's REST API answered, put together from one file or many: an object with the lists by name, or answers
 * as they came (`{"data": [...]}`), each entry recognised by its shape. Shapes as documented for the API's version 2.
 */
import { fieldsOf, objectsIn, textOf, type Fields } from './json.ts';
import type { ImportDocument } from './types.ts';

export interface OpsgenieExport {
  users: Fields[];
  teams: Fields[];
  schedules: Fields[];
  escalations: Fields[];
  services: Fields[];
  /** With the name of the file each came from: their lists don't say whose they are. */
  overrides: { of: string; entry: Fields }[];
  contacts: { of: string; entry: Fields }[];
  notificationRules: { of: string; entry: Fields }[];
  routingRules: { of: string; entry: Fields }[];
  /** How many entries of which file nobody knows what to make of. */
  unknown: Map<string, number>;
}

type Kind = Exclude<keyof OpsgenieExport, 'unknown'>;

const KEYS: Record<string, Kind> = {
  users: 'users',
  teams: 'teams',
  schedules: 'schedules',
  escalations: 'escalations',
  services: 'services',
  overrides: 'overrides',
  contacts: 'contacts',
  notificationRules: 'notificationRules',
  'notification-rules': 'notificationRules',
  routingRules: 'routingRules',
  'routing-rules': 'routingRules',
};

/** Everything in the documents, sorted by what it is. */
export function opsgenieExport(documents: readonly ImportDocument[]): OpsgenieExport {
  const found: OpsgenieExport = {
    users: [],
    teams: [],
    schedules: [],
    escalations: [],
    services: [],
    overrides: [],
    contacts: [],
    notificationRules: [],
    routingRules: [],
    unknown: new Map(),
  };
  for (const { name, value } of documents) {
    const whole = fieldsOf(value);
    const named = Object.keys(whole ?? {}).filter(
      (key) => Object.hasOwn(KEYS, key) && Array.isArray(whole?.[key]),
    );
    if (whole !== null && named.length > 0 && kindOf(whole) === null) {
      for (const key of named) {
        const kind = KEYS[key];
        if (kind !== undefined) objectsIn(whole[key]).forEach((entry) => put(found, kind, name, entry));
      }
      continue;
    }
    const data = whole !== null && 'data' in whole ? whole['data'] : value;
    const single = fieldsOf(data);
    for (const entry of single === null ? objectsIn(data) : [single]) put(found, kindOf(entry), name, entry);
  }
  return found;
}

function put(found: OpsgenieExport, kind: Kind | null, of: string, entry: Fields): void {
  switch (kind) {
    case null:
      found.unknown.set(of, (found.unknown.get(of) ?? 0) + 1);
      return;
    case 'overrides':
    case 'contacts':
    case 'notificationRules':
    case 'routingRules':
      found[kind].push({ of, entry });
      return;
    default:
      found[kind].push(entry);
  }
}

/** By the fields that only this kind has. */
function kindOf(entry: Fields): Kind | null {
  const has = (...keys: string[]): boolean => keys.every((key) => entry[key] !== undefined);
  if (has('alias', 'startDate', 'user')) return 'overrides';
  if (has('method', 'to')) return 'contacts';
  if (has('actionType')) return 'notificationRules';
  if (has('notify') && (has('isDefault') || has('criteria'))) return 'routingRules';
  if (has('username') && (has('fullName') || has('role'))) return 'users';
  if (has('rules') && has('name')) return 'escalations';
  if (has('timezone') && has('name')) return 'schedules';
  if (has('teamId') && has('name')) return 'services';
  const links = fieldsOf(entry['links']);
  const isTeam = has('members') || textOf(links?.['api'])?.includes('/teams/') === true;
  return isTeam && has('name') ? 'teams' : null;
}
