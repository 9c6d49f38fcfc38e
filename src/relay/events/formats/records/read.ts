/** The general reader of what has fields: any JSON object or form of a source that nobody knows. Never passes. */
import type { AlertEvent, Severity } from '../../types.ts';
import { cleanSummary } from '../clean.ts';
import { type Fields, linksOf, objectIn, tagsIn, textIn, textsIn } from '../fields.ts';
import { linksIn } from '../labels.ts';
import type { ParsedMail } from '../mail.ts';
import { eventOf } from '../source.ts';
import { MAIL_SOURCES } from '../sources/index.ts';
import { keyOfRecord } from './key.ts';
import { severityIn } from './meaning.ts';
import {
  CHECKS,
  DEDUP,
  HOSTS,
  LOOSE_CHECKS,
  OWNERS,
  MESSAGES,
  PROBLEM_IDS,
  SEVERITIES,
  TITLES,
  TOP_DEDUP,
} from './names.ts';
import { FieldRecord } from './record.ts';
import { type StateOfRecord, stateOf } from './state.ts';

/** Null: nothing in it could be shown to anybody. `isOneOfMany`: of a list so long that no monitor's mail is posted in it. */
export function readRecord(
  fields: Fields,
  service: string,
  source: string,
  isOneOfMany = false,
): AlertEvent | null {
  const record = new FieldRecord(fields);
  const host = cleanSummary(record.text(HOSTS));
  const named = record
    .all([...CHECKS, ...OWNERS, ...LOOSE_CHECKS])
    .find(({ text }) => text !== host && text.length <= 300 && /\p{L}/u.test(text));
  const check = cleanSummary(named?.text ?? '');
  const texts = textsOf(record);
  const state = stateOf(record, texts);
  const own = isOneOfMany ? null : asItsMail(record, texts, state, service);
  if (own !== null) return own;
  const summary = summaryOf({ record, host, check, texts, state });
  if (summary === '') return null;
  const links = linksOf(...record.all(LINKS).map(({ text }) => text), ...linksIn(texts.join(' '))).slice(
    0,
    5,
  );
  const labels = labelsIn(fields);
  return {
    action: state.action,
    service,
    dedupKey: keyOfRecord(record, { host, texts: texts.length > 0 ? texts : [summary], labels, state }),
    severity: state.action === 'trigger' ? severityOfRecord(record, state, texts) : 'unknown',
    summary,
    source,
    reason: state.reason,
    ...(host === '' ? {} : { host }),
    ...(check === '' ? {} : { check }),
    ...(links.length === 0 ? {} : { links: [...new Set(links)] }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

const LINKS = [
  'url',
  'link',
  'href',
  'alerturl',
  'incidenturl',
  'permalink',
  'dashboardurl',
  'runbookurl',
  'weburl',
  'htmlurl',
  'detailsurl',
];

const ownKey = (record: FieldRecord): string => (record.first(DEDUP) ?? record.top(TOP_DEDUP))?.text ?? '';

/** Of each text, in UTF-16 units. */
const TEXT_MAX = 16 * 1024;

/** Title first; the same words twice count once. */
function textsOf(record: FieldRecord): string[] {
  const texts = [...record.all(TITLES), ...record.all(MESSAGES)]
    .map(({ text }) => text.slice(0, TEXT_MAX))
    .filter((text) => /\p{L}/u.test(text) && !/^(?:true|false|null)$/iu.test(text));
  const lines = texts.filter((text) => /\s/u.test(text));
  // "event": "down" is a state rather than a text, where there is a better one.
  return [...new Set(lines.length > 0 && !isTitled(record) ? lines : texts)];
}

const isTitled = (record: FieldRecord): boolean => record.first(TITLES) !== null;

/** Which of a post's texts may be a mail's subject: title or message. All readers of mails are asked for each. */
const SUBJECTS_MAX = 2;
/** Of a mail's. */
const SUBJECT_MAX = 2_048;

/** What a monitor mails it may post too, its subject as the title: then its own reader knows it best. */
function asItsMail(
  record: FieldRecord,
  texts: readonly string[],
  state: StateOfRecord,
  service: string,
): AlertEvent | null {
  if (state.sure || ownKey(record) !== '' || record.first(PROBLEM_IDS) !== null) return null;
  // A line alone may be anybody's.
  if (texts.length < 2) return null;
  for (const [at, subject] of texts.slice(0, SUBJECTS_MAX).entries()) {
    const mail = mailOf(subject, texts.toSpliced(at, 1));
    for (const { name, read } of MAIL_SOURCES) {
      const [reading, ...more] = read(mail) ?? [];
      if (reading === undefined || more.length > 0) continue;
      const said = severityIn(record.text(SEVERITIES));
      return eventOf(said === 'unknown' ? reading : { ...reading, severity: said }, service, name);
    }
  }
  return null;
}

export const mailOf = (subject: string, rest: readonly string[]): ParsedMail => ({
  from: '',
  to: '',
  subject: subject.slice(0, SUBJECT_MAX).replaceAll(/[\r\n\u2028\u2029]+/gu, ' '),
  text: rest.join('\n\n'),
  headers: new Map(),
  messageId: null,
  date: null,
  tag: null,
});

function severityOfRecord(record: FieldRecord, state: StateOfRecord, texts: readonly string[]): Severity {
  for (const { text } of record.all(SEVERITIES)) {
    const said = severityIn(text);
    if (said !== 'unknown') return said;
  }
  if (state.severity !== 'unknown') return state.severity;
  const [first = ''] = texts;
  const word = /^\W{0,3}(?<word>[\p{L}\p{N}]{2,12})\b/u.exec(first)?.groups?.['word'] ?? '';
  return /^(?:alert|ok|normal|page|high|low)$/iu.test(word) ? 'unknown' : severityIn(word);
}

function summaryOf(read: {
  record: FieldRecord;
  host: string;
  check: string;
  texts: readonly string[];
  state: StateOfRecord;
}): string {
  const { record, host, check, texts, state } = read;
  const [first = ''] = texts;
  const firstLine = first.split(/[\r\n]/u).find((one) => cleanSummary(one) !== '') ?? '';
  // A title is meant to be one line, however it was broken; a message may be a whole report.
  const line = cleanSummary(record.text(TITLES) === first ? first : firstLine);
  const key = ownKey(record);
  const named = check === '' && host === '' && key !== '' ? `${state.action} of ${key}` : state.word;
  const shown = line !== '' ? line : [check, named].filter((one) => one !== '').join(': ');
  if (shown === '' && host === '') return restOf(record);
  const isThere = host === '' || shown.toLowerCase().includes(host.toLowerCase());
  return cleanSummary(isThere ? shown : shown === '' ? host : `${shown} on ${host}`);
}

/** Whatever it holds, where nothing has a name that we know. A severity alone says nothing. */
const restOf = (record: FieldRecord): string =>
  cleanSummary(
    record.leaves
      .filter(
        ({ name, value }) =>
          !SEVERITIES.includes(name) && /\p{L}/u.test(textIn(value)) && typeof value === 'string',
      )
      .slice(0, 4)
      .map(({ name, value }) => `${name}: ${textIn(value).slice(0, 200)}`)
      .join(', '),
  );

function labelsIn(fields: Fields): { [name: string]: string } {
  const tags = fields['tags'] ?? fields['labels'];
  const own = objectIn(fields['labels'] ?? fields['tags']);
  const labels = Object.keys(own).length > 0 ? textsIn(own) : tagsIn(tags);
  return Object.fromEntries(
    Object.entries(labels)
      .slice(0, 32)
      .map(([name, value]) => [cleanSummary(name), cleanSummary(value)] as const)
      .filter(([name, value]) => name !== '' && value !== ''),
  );
}
