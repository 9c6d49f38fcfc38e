/** What of Opsgenie's alert search relay understands: `status: open AND priority: P1`. Pure. */
import type { IncidentJson } from '../../../api/wire.ts';
import { priorityOf } from './answers.ts';

export interface Search {
  /** Only those that are open are asked for. */
  openOnly: boolean;
  fits(incident: IncidentJson): boolean;
}

type Test = (incident: IncidentJson, wanted: string) => boolean;

const FIELDS: Readonly<Record<string, Test>> = {
  status: ({ status }, wanted) => (status === 'resolved' ? 'closed' : 'open') === wanted,
  acknowledged: ({ status }, wanted) => String(status === 'acknowledged') === wanted,
  alias: ({ dedupKey }, wanted) => dedupKey.toLowerCase() === wanted,
  priority: ({ severity }, wanted) => priorityOf(severity).toLowerCase() === wanted,
  message: ({ summary }, wanted) => summary.toLowerCase().includes(wanted.replace(/\*{1,20}$/u, '')),
  tinyid: ({ number }, wanted) => String(number) === wanted,
};

const TERM = /\s*(?:and\s+)?(?<field>[a-z]+)\s*[:=]\s*(?:"(?<quoted>[^"]*)"|(?<plain>[^\s"()]+))/iuy;
const QUERY_MAX = 1_000;

/** Or why not. No query: every alert. */
export function searchOf(query: string): Search | { wrong: string } {
  const text = query.trim().slice(0, QUERY_MAX);
  const terms: [string, Test, string][] = [];
  for (TERM.lastIndex = 0; TERM.lastIndex < text.length; ) {
    const found = TERM.exec(text)?.groups;
    const field = found?.['field']?.toLowerCase() ?? '';
    const test = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
    if (found === undefined || test === undefined)
      return {
        wrong: `relay understands ${Object.keys(FIELDS).join(', ')} with ":" or "=", joined by AND, and not: ${text}`,
      };
    terms.push([field, test, (found['quoted'] ?? found['plain'] ?? '').toLowerCase()]);
  }
  return {
    openOnly: terms.some(([field, , wanted]) => field === 'status' && wanted === 'open'),
    fits: (incident) => terms.every(([, test, wanted]) => test(incident, wanted)),
  };
}
