/** How a user of Opsgenie is told of a new alert. There too the first rule that matches decides. */
import type { Severity } from '../../events/types.ts';
import type { Hours } from '../types.ts';
import { fieldsOf, objectsIn, textOf, wholeOf, type Fields } from './json.ts';
import type { Notes } from './notes.ts';
import type { ForeignRule, ForeignStep } from './notification-rules.ts';
import type { OpsgenieExport } from './opsgenie-documents.ts';
import { restrictedHours } from './opsgenie-hours.ts';

/** Opsgenie's own default is P3, as what says nothing is `unknown` here. */
const SEVERITIES: Record<string, Severity[]> = {
  P1: ['critical'],
  P2: ['error'],
  P3: ['warning', 'unknown'],
  P4: ['info'],
  P5: ['info'],
};
const PRIORITIES = Object.keys(SEVERITIES);
const UNIT_MS: Record<string, number> = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

/** The rules of one user for new alerts, in their order; what else there is goes to `notes`. */
export function opsgenieRules(
  user: Fields,
  found: OpsgenieExport,
  what: string,
  notes: Notes,
): ForeignRule[] {
  const entries = rulesOf(user, found);
  const others = entries.filter((one) => textOf(one['actionType']) !== 'create-alert');
  if (others.length > 0)
    notes.left(
      what,
      `${others.length} notification rule${others.length === 1 ? '' : 's'} of other events than a new alert: here a person is told of incidents, handoffs and their own questions`,
    );
  return entries
    .filter((one) => textOf(one['actionType']) === 'create-alert')
    .toSorted((a, b) => (wholeOf(a['order']) ?? 0) - (wholeOf(b['order']) ?? 0))
    .flatMap((entry) => ruleOf(entry, what, notes));
}

/** From answers for this user, in whose name or parent the id stands; the answer for one rule has more than the list. */
function rulesOf(user: Fields, found: OpsgenieExport): Fields[] {
  const references = [textOf(user['id']), textOf(user['username'])?.toLowerCase()];
  const isOurs = (of: string): boolean =>
    references.some((one) => typeof one === 'string' && of.toLowerCase().includes(one.toLowerCase()));
  const all = [
    ...objectsIn(user['notificationRules']),
    ...found.notificationRules
      .filter(({ of, entry }) => isOurs(textOf(fieldsOf(entry['_parent'])?.['id']) ?? of))
      .map(({ entry }) => entry),
  ];
  const byKey = new Map<string, Fields>();
  for (const [index, entry] of all.entries()) {
    const key = textOf(entry['id']) ?? `${index}`;
    byKey.set(key, { ...byKey.get(key), ...entry });
  }
  return [...byKey.values()];
}

function ruleOf(entry: Fields, user: string, notes: Notes): ForeignRule[] {
  const what = `notification rule "${textOf(entry['name']) ?? textOf(entry['id']) ?? '?'}"`;
  const left = (why: string): ForeignRule[] => {
    notes.left(`${user}, ${what}`, why);
    return [];
  };
  if (entry['enabled'] === false) return left('it is switched off there');
  if (!Array.isArray(entry['steps']))
    return left('its steps are not in the export: give GET /v2/users/ID/notification-rules/RULE of it too');
  const severities = severitiesOf(fieldsOf(entry['criteria']));
  if (severities === null)
    return left('its conditions are about more than the priority: here the rules after it decide');
  const during: Hours[] | undefined = restrictedHours(entry['timeRestriction'], `${user}, ${what}`, notes);
  if (during?.length === 0) return left('its time restriction leaves no time at all');
  const repeat = fieldsOf(entry['repeat']);
  if (repeat?.['enabled'] === true)
    notes.approximated(`${user}, ${what}`, 'it repeats by itself there; here the policy repeats');
  return [
    {
      what,
      ...(severities.length === 0 ? {} : { severities }),
      ...(during === undefined ? {} : { during }),
      steps: objectsIn(entry['steps']).filter(isOn).map(stepOf),
    },
  ];
}

const isOn = (step: Fields): boolean => step['enabled'] !== false;

function stepOf(step: Fields): ForeignStep {
  const after = fieldsOf(step['sendAfter']);
  const unitMs = UNIT_MS[textOf(after?.['timeUnit'])?.toLowerCase() ?? 'minutes'] ?? 60_000;
  const method = textOf(fieldsOf(step['contact'])?.['method'])?.toLowerCase();
  return {
    afterMs: Math.max(0, wholeOf(after?.['timeAmount']) ?? 0) * unitMs,
    channel: method === 'email' || method === 'sms' || method === 'voice' ? method : null,
  };
}

/** Empty: all of them; null: it can't be said by severities. */
function severitiesOf(criteria: Fields | null): Severity[] | null {
  const type = textOf(criteria?.['type']) ?? 'match-all';
  if (type === 'match-all') return [];
  const each = objectsIn(criteria?.['conditions']).map(prioritiesOf);
  if (each.length === 0 || each.includes(null)) return null;
  const sets = each.flatMap((one) => (one === null ? [] : [one]));
  const meets = (priority: string): boolean =>
    type === 'match-any-condition'
      ? sets.some((one) => one.includes(priority))
      : sets.every((one) => one.includes(priority));
  const priorities = PRIORITIES.filter(meets);
  if (priorities.length === 0) return null;
  if (priorities.length === PRIORITIES.length) return [];
  return [...new Set(priorities.flatMap((one) => SEVERITIES[one] ?? []))];
}

/** Which priorities a condition lets through; null: it is about something else. */
function prioritiesOf(condition: Fields): string[] | null {
  if (textOf(condition['field']) !== 'priority' || textOf(condition['operation']) !== 'equals') return null;
  const value = textOf(condition['expectedValue'])?.toUpperCase() ?? '';
  if (!PRIORITIES.includes(value)) return null;
  return condition['not'] === true ? PRIORITIES.filter((one) => one !== value) : [value];
}
