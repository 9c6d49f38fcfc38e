/** Whether a record tells of a problem or of its end: by its fields first, then by its text. */
import type { AlertEvent, Severity } from '../../types.ts';
import { readLine } from '../normalise.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import {
  AFTER,
  BEFORE,
  CODES,
  ENDS,
  KINDS,
  SEVERITIES,
  STATES,
  TESTS,
  WELL_IF_TRUE,
  WRONG_IF_TRUE,
} from './names.ts';
import type { FieldRecord } from './record.ts';

export interface StateOfRecord {
  action: AlertEvent['action'];
  severity: Severity;
  reason: string;
  /** A field says so, rather than the words of a text. */
  sure: boolean;
  /** The state in the sender's own word; '' when none was found. */
  word: string;
}

const TRUE = /^(?:true|yes|1)$/iu;
const FALSE = /^(?:false|no|0)$/iu;
/** What a monitor's own button says. */
const TEST_TEXT =
  /^\W{0,4}test (?:notification|webhook)\b|\bthis is (?:just |only )?a test (?:alert|notification|message|incident|event|webhook)\b/iu;
/** Our own words for what is to be done; elsewhere an acknowledgement is what somebody did there. */
const OURS = new Set(['action', 'eventaction']);

export function stateOf(record: FieldRecord, texts: readonly string[]): StateOfRecord {
  const tested = record.all(TESTS).find(({ text }) => TRUE.test(text));
  if (tested !== undefined) return none(`its field ${tested.name} says that it is a test`);
  if (texts.some((text) => TEST_TEXT.test(text))) return none('its text says that it is a test');
  const said = byWord(record, STATES);
  return (
    (said?.action === 'trigger' ? byNotice(record) : null) ??
    said ??
    byKind(record, false) ??
    byChange(record) ??
    byTruth(record) ??
    byTitle(texts) ??
    byCode(record) ??
    bySeverity(record) ??
    byEnd(record) ??
    byText(texts) ??
    byKind(record, true) ?? {
      action: 'trigger',
      severity: 'unknown',
      reason: 'no field and no word says whether it is a problem or a recovery: taken as a problem',
      sure: false,
      word: '',
    }
  );
}

const none = (reason: string): StateOfRecord => ({
  action: 'none',
  severity: 'unknown',
  reason,
  sure: true,
  word: '',
});

function toState({ verdict, severity }: Meaning, name: string, word: string): StateOfRecord {
  const shown = `its ${name} "${word.slice(0, 80)}"`;
  if (verdict === 'problem')
    return { action: 'trigger', severity, reason: `read by ${shown}`, sure: true, word };
  if (verdict === 'recovery')
    return {
      action: 'resolve',
      severity: 'unknown',
      reason: `read as a recovery by ${shown}`,
      sure: true,
      word,
    };
  if (verdict === 'acknowledge' && OURS.has(name))
    return { action: 'acknowledge', severity: 'unknown', reason: `read by ${shown}`, sure: true, word };
  return { ...none(`${shown} neither opens nor closes anything`), word };
}

/** An alert that is inactive is over; a service that is so may be dead. */
const OF_ALERT = /alert|alarm|problem|incident|trigger/u;
const WELL: Meaning = { verdict: 'recovery', severity: 'unknown' };

function byWord(record: FieldRecord, names: readonly string[]): StateOfRecord | null {
  for (const { name, text } of record.all(names)) {
    const meaning = OF_ALERT.test(name) && /^inactive$/iu.test(text) ? WELL : meaningOf(text);
    if (meaning !== null) return toState(meaning, name, text);
  }
  return null;
}

const NOTICES = /^(?:flapping|downtime)[ _-]?(?:start|stop|end|cancel|disabled|removed)/iu;

/** An acknowledgement or flapping notice names beside itself the state that the problem is in. */
function byNotice(record: FieldRecord): StateOfRecord | null {
  for (const { name, text } of record.all(KINDS)) {
    const meaning = /\s/u.test(text) ? null : meaningOf(text);
    const isNotice = meaning?.verdict === 'acknowledge' || NOTICES.test(text);
    if (meaning !== null && isNotice) return toState(meaning, name, text);
  }
  return null;
}

const ACKNOWLEDGED = /acknowledg|quittiert|acquitt|reconocid|bevestigd|riconosciut|potwierdzon/iu;

/** A number doesn't say that somebody has seen it; the title beside it may. */
function byTitle(texts: readonly string[]): StateOfRecord | null {
  const said = byText(texts.slice(0, 1));
  return said?.action === 'none' && ACKNOWLEDGED.test(said.word) ? said : null;
}

/** `{"from": "UP", "to": "DOWN"}`. Senders and receivers of mail are no states. */
function byChange(record: FieldRecord): StateOfRecord | null {
  const before = record.first(BEFORE);
  const after = record.first(AFTER);
  if (before === null || after === null || [before, after].some(({ text }) => text.includes('@')))
    return null;
  // What didn't change is no change.
  if (meaningOf(before.text) === null || before.text === after.text) return null;
  const meaning = meaningOf(after.text);
  return meaning === null ? null : toState(meaning, after.name, after.text);
}

/** "alert" as the kind of a message tells less than its text does: `problems` only when nothing else is left. */
function byKind(record: FieldRecord, problems: boolean): StateOfRecord | null {
  for (const { name, text } of record.all(KINDS)) {
    const meaning = meaningOf(text);
    // "downtime" may be planned, or what a web site has: something else has to tell.
    if (meaning === null || /\s/u.test(text) || /^downtime$/iu.test(text)) continue;
    if (problems || meaning.verdict !== 'problem' || OURS.has(name)) return toState(meaning, name, text);
  }
  return null;
}

function byTruth(record: FieldRecord): StateOfRecord | null {
  const said = (name: string, text: string, isWell: boolean): StateOfRecord =>
    toState({ verdict: isWell ? 'recovery' : 'problem', severity: 'unknown' }, name, text);
  for (const { name, text } of record.all(WELL_IF_TRUE)) {
    if (TRUE.test(text)) return said(name, text, true);
    if (FALSE.test(text)) return said(name, text, false);
  }
  for (const { name, text } of record.all(WRONG_IF_TRUE)) {
    if (TRUE.test(text)) return said(name, text, false);
    if (FALSE.test(text)) return said(name, text, true);
  }
  return null;
}

const CODE_SEVERITIES: readonly Severity[] = ['unknown', 'warning', 'critical', 'unknown'];

function byCode(record: FieldRecord): StateOfRecord | null {
  for (const { name, text } of record.all(CODES)) {
    if (!/^\d{1,3}$/u.test(text)) continue;
    const isExit = !name.includes('state');
    const severity =
      isExit || name.startsWith('host') ? 'unknown' : (CODE_SEVERITIES[Number(text)] ?? 'unknown');
    return toState({ verdict: text === '0' ? 'recovery' : 'problem', severity }, name, text);
  }
  return null;
}

const WELL_SEVERITY = /^(?:ok|okay|clear|cleared|resolved|resolve|recovery|recovered|up|green|good)$/iu;

function bySeverity(record: FieldRecord): StateOfRecord | null {
  for (const { name, text } of record.all(SEVERITIES)) {
    if (WELL_SEVERITY.test(text) || (name.endsWith('severity') && /^normal$/iu.test(text)))
      return toState({ verdict: 'recovery', severity: 'unknown' }, name, text);
  }
  return null;
}

/** A time of the year 1, or of 1970, is how some say never. */
function byEnd(record: FieldRecord): StateOfRecord | null {
  const found = record
    .all(ENDS)
    .find(({ text }) => !/^(?:0+|null|none|-|n\/a|false|0001-.*|1970-01-01.*)$/iu.test(text));
  return found === undefined
    ? null
    : toState({ verdict: 'recovery', severity: 'unknown' }, found.name, found.text);
}

function byText(texts: readonly string[]): StateOfRecord | null {
  for (const text of texts) {
    const { verdict, severity, word } = readLine(text.split(/[\r\n]/u, 1)[0] ?? '').state;
    if (verdict === 'unsure') continue;
    const reason =
      verdict === 'neither'
        ? `"${word}" neither opens nor closes anything`
        : `read as a ${verdict} by the word "${word}"`;
    return {
      action: verdict === 'problem' ? 'trigger' : verdict === 'recovery' ? 'resolve' : 'none',
      severity,
      reason,
      sure: false,
      word: word ?? '',
    };
  }
  return null;
}
