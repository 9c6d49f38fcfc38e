/** Opsgenie's "create alert": its fields as one event. Pure. */
import { cleanSummary } from '../../formats/clean.ts';
import { type Fields, firstOf, linksOf, objectIn, objectsIn, textIn } from '../../formats/fields.ts';
import { boundKey } from '../../formats/key.ts';
import type { AlertEvent, Severity } from '../../types.ts';
import { detailLines } from '../details.ts';
import { labelsOf } from '../labels.ts';

export type OpsgenieReading = { event: Omit<AlertEvent, 'service'> } | { errors: string[] };

const LINKS_MAX = 10;

/** What Opsgenie's own imports make of its priorities; none, or another word: unknown. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['P1', 'critical'],
  ['P2', 'error'],
  ['P3', 'warning'],
  ['P4', 'info'],
  ['P5', 'info'],
]);

/**
 * `freshAlias` makes the alias of an alert without one. Whatever is too long is cut. Responders, teams and `visibleTo` are
 * kept in the details and obeyed in nothing: who is told is the service's business.
 */
export function readCreate(fields: Fields, freshAlias: () => string): OpsgenieReading {
  const summary = cleanSummary(textIn(fields['message']));
  if (summary === '') return { errors: ["'message' can not be empty"] };
  const alias = textIn(fields['alias']);
  const priority = textIn(fields['priority']).toUpperCase();
  const extras = objectIn(fields['details']);
  const entity = firstOf(fields['entity']);
  const host = cleanSummary(firstOf(extras['host'], extras['hostname'], extras['instance'], entity));
  const check = cleanSummary(firstOf(extras['check'], extras['alertname'], extras['service']));
  const links = linksOf(fields['source'], ...Object.values(extras).slice(0, 500)).slice(0, LINKS_MAX);
  const details = detailLines([
    ['', fields['description']],
    ['entity', entity],
    ['priority', priority],
    ['', extras],
    ['tags', wordsIn(fields['tags']).join(', ')],
    ['responders', peopleIn(fields['responders'], fields['teams'])],
    ['visible to', peopleIn(fields['visibleTo'])],
    ['actions', wordsIn(fields['actions']).join(', ')],
    ['source', fields['source']],
    ['user', fields['user']],
    ['note', fields['note']],
  ]);
  return {
    event: {
      action: 'trigger',
      dedupKey: boundKey(alias === '' ? freshAlias() : alias),
      severity: SEVERITIES.get(priority) ?? 'unknown',
      summary,
      source: 'opsgenie',
      ...(host === '' ? {} : { host }),
      ...(check === '' ? {} : { check }),
      ...(links.length === 0 ? {} : { links }),
      ...labelsOf({
        ...extras,
        tags: wordsIn(fields['tags']).join(','),
        entity,
        source: fields['source'],
      }),
      ...(details === undefined ? {} : { details }),
      reason: SEVERITIES.has(priority) ? `created with priority ${priority}` : 'created without a priority',
    },
  };
}

const wordsIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? value
        .slice(0, 100)
        .map(textIn)
        .filter((one) => one !== '')
    : [];

/** `[{"type": "team", "name": "ops"}, …]` as one line. */
const peopleIn = (...lists: unknown[]): string =>
  lists
    .flatMap((list) => objectsIn(list).slice(0, 50))
    .map(({ type, name, username, id }) => [textIn(type), firstOf(name, username, id)])
    .map((words) => words.filter((word) => word !== '').join(' '))
    .filter((one) => one !== '')
    .join(', ');
