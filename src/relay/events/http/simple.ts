/**
 * The service URL for anything simple: the fields of a JSON object, a form or a query as events. Pure.
 *
 * Its own names: `summary`, and beside it, all optional, `severity`, `key`, `action` (`trigger`, `acknowledge`,
 * `resolve`) or `status` in the sender's own words, `details`. Those of others are read by formats/records/.
 */
import { cleanDetails } from '../formats/clean.ts';
import { byPlainName, plainName } from '../formats/fields.ts';
import { postsOf } from '../formats/records/chat.ts';
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
} from '../formats/records/names.ts';
import { partsOf } from '../formats/records/parts.ts';
import { readRecord } from '../formats/records/read.ts';
import type { AlertEvent } from '../types.ts';
import { detailLines } from './details.ts';
import { FEW } from './long-list.ts';

export interface FieldError {
  field: string;
  message: string;
}

export type SimpleReading = { events: AlertEvent[] } | { errors: FieldError[] };

const TEXTS = ['summary', 'message', 'title', 'text', 'subject'];
const DETAILS = ['details', 'description', 'body'];
const NAMES = new Set([
  ...[
    HOSTS,
    CHECKS,
    LOOSE_CHECKS,
    DEDUP,
    TOP_DEDUP,
    PROBLEM_IDS,
    STATES,
    SEVERITIES,
    TITLES,
    MESSAGES,
    OWNERS,
  ].flat(),
  'action',
  'eventaction',
]);

/** Whether these are names that we know at all: a text, or two others. Otherwise a "form" is plain text. */
export function isForm(fields: Record<string, unknown>): boolean {
  const said = Object.entries(fields)
    .filter(([, value]) => typeof value !== 'string' || value.trim() !== '')
    .map(([name]) => plainName(name));
  return said.some((name) => TEXTS.includes(name)) || said.filter((name) => NAMES.has(name)).length >= 2;
}

/** Reads fields as events of `service`, or says what is missing. `isOneOfMany`: as readRecord has it. */
export function readSimple(
  fields: Record<string, unknown>,
  service: string,
  source: string,
  isOneOfMany = false,
): SimpleReading {
  const parts = postsOf(fields) ?? partsOf(fields);
  const events = parts.flatMap((part) => {
    const event = readRecord(part, service, source, isOneOfMany || parts.length > FEW);
    if (event === null) return [];
    const details = detailsOf(part, event.summary);
    return [details === undefined ? event : { ...event, details }];
  });
  if (events.length > 0) return { events };
  return {
    errors: [{ field: 'summary', message: `is missing or blank; send ${TEXTS.join(', ')}, or plain text` }],
  };
}

/** What the sender calls details; else all of it, where there is more than the summary. */
function detailsOf(fields: Record<string, unknown>, summary: string): string | undefined {
  const plain = byPlainName(fields);
  const said = DETAILS.map((name) => plain[name]).find(
    (value) => value !== undefined && value !== null && value !== '',
  );
  if (typeof said === 'string' && said.trim() !== summary) return cleanDetails(said) || undefined;
  if (typeof said === 'object') return detailLines([['', said]]);
  const lines = detailLines([['', fields]]);
  return Object.keys(fields).length > 1 || lines?.includes('\n') === true ? lines : undefined;
}
