/**
 * The service URL for anything simple: the fields of a JSON object, a form or a query as one event. Pure.
 *
 * Text: `summary`, `message`, `title`, `text` or `subject`. Beside it, all optional: `severity`, `dedup_key` or `key`,
 * `action` (`trigger`, `acknowledge`, `resolve`) or `status`/`state` in the sender's own words, `details`.
 */
import { severityOf } from '../formats/body.ts';
import { cleanDetails, cleanSummary } from '../formats/clean.ts';
import { readText } from '../formats/general.ts';
import { KEY_MAX } from '../formats/key.ts';
import { normaliseSummary } from '../formats/normalise.ts';
import { MEANINGS } from '../formats/vocabulary.ts';
import type { AlertEvent } from '../types.ts';
import { fieldsOf } from './body.ts';
import { detailLines } from './details.ts';

export interface FieldError {
  field: string;
  message: string;
}

export type SimpleReading = { event: AlertEvent } | { errors: FieldError[] };

const TEXTS = ['summary', 'message', 'title', 'text', 'subject'] as const;
const KEYS = ['dedup_key', 'dedupKey', 'key', 'incident_key'] as const;
const SEVERITIES = ['severity', 'priority', 'level'] as const;
const DETAILS = ['details', 'description', 'body'] as const;
const ACTIONS: ReadonlyMap<string, AlertEvent['action']> = new Map([
  ...['trigger', 'triggered', 'firing', 'fire', 'open', 'create', 'problem', 'alert', 'alerting'].map(
    (word): [string, AlertEvent['action']] => [word, 'trigger'],
  ),
  ...['acknowledge', 'acknowledged', 'ack'].map((word): [string, AlertEvent['action']] => [
    word,
    'acknowledge',
  ]),
  ...['resolve', 'resolved', 'close', 'closed', 'recovery', 'recovered', 'ok', 'up', 'clear', 'cleared'].map(
    (word): [string, AlertEvent['action']] => [word, 'resolve'],
  ),
]);

/** Whether these are our fields at all: a text, or a key with an action. Otherwise a "form" is plain text. */
export function isForm(fields: Record<string, unknown>): boolean {
  const has = (names: readonly string[]): boolean => names.some((name) => scalar(fields[name]) !== '');
  return has(TEXTS) || (has(KEYS) && has(['action', 'event_action', 'status', 'state']));
}

/** Reads fields as one event of `service`, or says field by field what is wrong. */
export function readSimple(fields: Record<string, unknown>, service: string, source: string): SimpleReading {
  const errors: FieldError[] = [];
  for (const name of [...TEXTS, ...KEYS, ...SEVERITIES, 'action', 'event_action']) {
    if (fieldsOf(fields[name]) !== null || Array.isArray(fields[name]))
      errors.push({ field: name, message: 'must be text' });
  }
  const [textName] = named(fields, TEXTS);
  const said = scalar(fields[textName]);
  const summary = cleanSummary(said);
  const [keyName] = named(fields, KEYS);
  const key = scalar(fields[keyName]).trim();
  if (key.length > KEY_MAX) errors.push({ field: keyName, message: `must be at most ${KEY_MAX} characters` });
  const actionName = scalar(fields['action']) === '' ? 'event_action' : 'action';
  const asked = scalar(fields[actionName]).trim().toLowerCase();
  const action = ACTIONS.get(asked);
  if (asked !== '' && action === undefined)
    errors.push({ field: actionName, message: 'must be trigger, acknowledge or resolve' });
  // A resolve needs no text when it names the key; a trigger without text would page somebody with nothing.
  const needsText = key === '' || (action ?? statusOf(fields)?.action ?? 'trigger') === 'trigger';
  if (summary === '' && needsText && !errors.some((one) => one.field === textName)) {
    errors.push({
      field: 'summary',
      message: `is missing or blank; send ${TEXTS.join(', ')}, or plain text`,
    });
  }
  if (errors.length > 0) return { errors };
  return { event: toEvent({ fields, service, source, said, summary, key, action }) };
}

function toEvent(read: {
  fields: Record<string, unknown>;
  service: string;
  source: string;
  said: string;
  summary: string;
  key: string;
  action: AlertEvent['action'] | undefined;
}): AlertEvent {
  const { fields, service, source, said, summary, key } = read;
  const fromText = readText(said, service, source);
  const status = read.action === undefined ? statusOf(fields) : undefined;
  const action = read.action ?? status?.action ?? fromText.action;
  const [severityName] = named(fields, SEVERITIES);
  const severity = severityOf(scalar(fields[severityName]));
  const event: AlertEvent = {
    action,
    service,
    dedupKey: key !== '' ? key : normaliseSummary(said),
    severity: action !== 'trigger' ? 'unknown' : severity === 'unknown' ? fromText.severity : severity,
    summary: summary === '' ? `${action} of ${cleanSummary(key)}` : summary,
    source,
  };
  const reason = read.action === undefined ? (status?.reason ?? fromText.reason) : undefined;
  if (reason !== undefined) event.reason = reason;
  const [detailsName] = named(fields, DETAILS);
  const details =
    typeof fields[detailsName] === 'string'
      ? cleanDetails(fields[detailsName])
      : detailLines([['', fields[detailsName]]]);
  if (details !== undefined && details !== '') event.details = details;
  else if (fromText.details !== undefined) event.details = fromText.details;
  return event;
}

/** `status` or `state` in the sender's own words; undefined when they say nothing we know. */
function statusOf(
  fields: Record<string, unknown>,
): { action: AlertEvent['action']; reason: string } | undefined {
  for (const name of ['status', 'state']) {
    const word = scalar(fields[name]).trim().toLowerCase();
    const state = MEANINGS.get(word)?.state;
    const action =
      ACTIONS.get(word) ?? (state === 'recovery' ? 'resolve' : state === 'problem' ? 'trigger' : undefined);
    if (action !== undefined)
      return {
        action,
        reason: `${action === 'resolve' ? 'read as a recovery' : `read as ${action}`} by its ${name} "${word}"`,
      };
  }
  return undefined;
}

/** The first of these names with a value; the first name when none has. */
function named(fields: Record<string, unknown>, names: readonly [string, ...string[]]): [string] {
  return [
    names.find((name) => fields[name] !== undefined && fields[name] !== null && fields[name] !== '') ??
      names[0],
  ];
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
