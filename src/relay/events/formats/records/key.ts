/** The dedup key of a record: what it names itself by, else all that names what it is about. */
import { textsIn } from '../fields.ts';
import { boundKey } from '../key.ts';
import { readLine } from '../normalise.ts';
import { topicOfEvent } from './meaning.ts';
import {
  ADDRESSES,
  BARE_IDS,
  CHECKS,
  DEDUP,
  EVENTS,
  LOOSE_CHECKS,
  OTHERS,
  OWNERS,
  PROBLEM_IDS,
  PROGRAMS,
  RULE_IDS,
  TITLES,
  TOP_DEDUP,
  WATCH_IDS,
} from './names.ts';
import type { FieldRecord } from './record.ts';
import type { StateOfRecord } from './state.ts';

export interface Subject {
  host: string;
  /** Its lines of text, the title first. */
  texts: readonly string[];
  /** What it is labelled with. */
  labels: Readonly<{ [name: string]: string }>;
  /** A field says it. */
  state: Pick<StateOfRecord, 'sure' | 'word'>;
}

/** A state of the whole of what is named, rather than of something on it. */
const OF_WHOLE =
  /^(?:up|down|online|offline|available|unavailable|reachable|unreachable|alive|dead|healthy|unhealthy|operational)$/iu;

/** Ids of messages rather than of what they are about. */
const OF_MESSAGE = /^(?:evt|event|msg|message|req|request|ntf|notif|notification|delivery|whd|wh)[_-]/iu;
/** Labels that may change while a problem lasts. */
const CHANGING =
  /^(?:severity|priority|level|status|state|value|summary|description|message|url|link|time|timestamp)$/iu;

/** Never empty. */
export function keyOfRecord(record: FieldRecord, { host, texts, labels, state }: Subject): string {
  const own = record.first(DEDUP) ?? record.top(TOP_DEDUP);
  // As given, so that other ways to the same service meet it.
  if (own !== null) return boundKey(own.text);
  const problem = record.first(PROBLEM_IDS);
  if (problem !== null) return joined([problem.name, problem.text]);
  const checks = namedBy(record, CHECKS, host);
  const watch = record.first(WATCH_IDS);
  const labelled = labelNames(labels);
  if (watch !== null) {
    // An alert's own id may be its host's name, or a number within its rule.
    const rule = /^al(?:ert|arm)/u.test(watch.name) ? record.first(RULE_IDS) : null;
    return joined([watch.name, watch.text, rule?.text ?? '', host, ...labelled]);
  }
  const loose = namedBy(record, LOOSE_CHECKS, host);
  const about = [host, ...namedBy(record, OWNERS, host), ...checks, ...loose, ...labelled].filter(isSaid);
  if (host !== '' && checks.length > 0) return joined(about);
  const bare = record.firstOutside(BARE_IDS, OTHERS);
  if (bare !== null && !OF_MESSAGE.test(bare.text)) return joined([bare.name, bare.text]);
  // A check says all, whatever its texts say each time; a host or a program's name doesn't.
  if (checks.length > 0) return joined(about);
  const isWhole = about.length > 1 || OF_WHOLE.test(state.word) || (loose.length > 0 && state.sure);
  if (about.length > 0 && isWhole && record.first(TITLES) === null) return joined(about);
  const telling = texts.map((text) => withoutState(record, text, state.word)).filter(isSaid);
  if (telling.length > 0)
    return joined([...about, ...linesThatName(telling, about.length > 0), ...unreadEvents(record, telling)]);
  const found = [PROGRAMS, ADDRESSES].map((names) => record.text(names)).filter(isSaid);
  return joined(about.length > 0 ? about : found.length > 0 ? found : linesThatName(texts, false));
}

/**
 * An event's name says its state too, which is another when it is well again. A rule's name stays as it is: "PodFailed"
 * and "PodUnhealthy" are two.
 */
function withoutState(record: FieldRecord, text: string, word: string): string {
  if (!record.all(EVENTS).some((event) => event.text === text)) return text;
  const topic = topicOfEvent(text);
  return topic === '' || (topic !== null && text === word) ? topic : text;
}

/** Event names that nothing is understood of tell two problems of one host apart all the same. */
const unreadEvents = (record: FieldRecord, texts: readonly string[]): string[] =>
  record
    .all(EVENTS)
    .map(({ text }) => text)
    .filter(
      (text) =>
        text.length <= 100 && topicOfEvent(text) === null && /\p{L}/u.test(text) && !texts.includes(text),
    );

const isSaid = (text: string): boolean => text !== '';

const joined = (parts: readonly string[]): string =>
  boundKey(
    parts
      .map((part) => part.trim().toLowerCase())
      .filter(isSaid)
      .join('/'),
  );

/** What these names hold, each once, the host's own left out. A number is a measure. */
function namedBy(record: FieldRecord, names: readonly string[], host: string): string[] {
  const found = record
    .all(names)
    .map(({ text }) => text)
    .filter((text) => text !== host && text.length <= 300 && /\p{L}/u.test(text));
  return [...new Set(found)];
}

/** Tags that programs of notices draw as a picture (ntfy): another one when it is well again. */
const PICTURES = new Set(
  `warning rotating_light skull skull_and_crossbones white_check_mark heavy_check_mark ballot_box_with_check +1 -1 tada
   thumbsup thumbsdown partying_face loudspeaker mega no_entry no_entry_sign red_circle green_circle yellow_circle
   orange_circle large_green_circle large_blue_circle large_red_square green_square x heavy_multiplication_x fire boom
   exclamation heavy_exclamation_mark bangbang question bell no_bell zap stop_sign octagonal_sign sos ok up
   arrow_up arrow_down green_heart broken_heart alarm_clock hourglass information_source checkered_flag
   chart_with_upwards_trend chart_with_downwards_trend`.split(/\s+/u),
);

const labelNames = (labels: Readonly<{ [name: string]: string }>): string[] =>
  Object.entries(textsIn(labels))
    .filter(([name, value]) => !CHANGING.test(name) && !(name === value && PICTURES.has(name)))
    .map(([name, value]) => `${name}=${value}`)
    .toSorted();

/** The title, and what follows it where it names nothing by itself: "Disk full" may be that of any host. */
function linesThatName(texts: readonly string[], isNamed: boolean): string[] {
  const [title = '', ...rest] = texts;
  const shown = subjectOf(title);
  if (isNamed || isSpecific(shown) || rest.length === 0) return [shown];
  return [shown, subjectOf(rest[0] ?? '')];
}

function subjectOf(text: string): string {
  const line = readLine(text.split(/[\r\n]/u, 1)[0] ?? '');
  return line.subject === '' ? line.summary : line.subject;
}

/** It holds something like a host's name: web1, db-main, shop.example.com, /var. */
const isSpecific = (text: string): boolean =>
  /[\p{L}]\d|\d[\p{L}]|[\p{L}\p{N}][.:/_-][\p{L}\p{N}]|\/[\p{L}]/u.test(text);
