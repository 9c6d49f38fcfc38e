/** What a state word says with what stands around it: turned round, wished for, counted as none. */
import type { Polarity } from './standing.ts';
import {
  COPULAS,
  FAILERS,
  LIMITS,
  NEGATIONS,
  NEWS,
  NONES,
  NOT_YET,
  NO_RECOVERY_OF,
  UP_VERBS,
  WISHES,
  matchAt,
} from './vocabulary.ts';
import type { Match } from './vocabulary.ts';
import type { Word } from './words.ts';

/** What the words say with what stands around them; null when they say nothing of a state here. */
export function polarityOf(
  words: readonly Word[],
  index: number,
  match: Match,
  from: number,
): Polarity | null {
  const { meaning } = match;
  const plain: Polarity = {
    says: meaning.state,
    severity: meaning.severity,
    weak: meaning.weak === true,
    generic: meaning.generic === true,
    negated: false,
  };
  if (meaning.kept === true && ABOUT.has(words[index + match.length]?.text ?? '')) return null;
  if (meaning.state === 'problem') return problemPolarity(words, index, match, plain, from);
  if (meaning.state === 'neither') return isNotice(words, index, match, from) ? plain : null;
  return recoveryPolarity(words, index, match, plain, from);
}

/** "Virus scan completed": behind the word stands what looks for it. */
const ABOUT = new Set(
  'scan scans scanner scanning definition definitions signature signatures check checks database protection report detection detector sensor alarm test update updates prevention'.split(
    ' ',
  ),
);

function problemPolarity(
  words: readonly Word[],
  index: number,
  { length }: Match,
  plain: Polarity,
  from: number,
): Polarity {
  const before = words[index - 1];
  const next = words[index + length];
  const over: Polarity = { ...plain, says: 'recovery', severity: 'unknown', generic: false, negated: true };
  if (index > from && before !== undefined && !before.heads) {
    // "0 errors", "without errors"; but "no alarm" may be what is wrong with a fire detector.
    if (isNone(words, index - 1, from) && isCounted(words[index]?.folded ?? ''))
      return { ...over, weak: true };
    if (isNoLonger(words, index, from)) return { ...over, weak: false };
  }
  // "Errors: 0", but not "FAILED: 0 RPM".
  if (
    words[index]?.heads === true &&
    next?.text === '0' &&
    next.stops &&
    isCounted(words[index]?.folded ?? '')
  )
    return { ...over, weak: true };
  return words[index]?.count === 0 ? { ...over, weak: true } : plain;
}

/** "0" in "0 errors", not in "disk 0 failed". */
function isNone(words: readonly Word[], at: number, from: number): boolean {
  const word = words[at];
  if (word === undefined || !NONES.has(word.folded)) return false;
  if (word.text !== '0' || at === from || word.boxed) return true;
  const before = words[at - 1];
  return before === undefined || before.heads || before.comma || before.stops || COUNTING.has(before.folded);
}

const COUNTING = new Set('with and found has had mit und avec et con y met en com med och с и'.split(' '));
const COUNTED =
  /^(errors?|failures?|failed|warnings?|problems?|faults?|issues?|alerts?|fehlern?|warnungen|fehlschlage|erreurs?|echecs?|errores|fallos|errori|fouten?|erros?|falhas?|bled\p{L}*|fel|threats?|viruses|infections?|vulnerabilities|ошиб\p{L}*)$/u;
const isCounted = (word: string): boolean => word.length <= 16 && COUNTED.test(word);

/** "no longer down", "nicht mehr gestört", "n'est plus en panne". */
function isNoLonger(words: readonly Word[], index: number, from: number): boolean {
  let adverbs = 0;
  for (let at = index - 1; at >= Math.max(from, index - 5); at -= 1) {
    const word = words[at];
    if (word === undefined || word.heads || word.comma) return false;
    if (NO_MORE.has(word.folded)) {
      adverbs += 1;
      if (word.folded === 'plus') return true;
    } else if (NEGATIONS.has(word.folded)) return adverbs > 0;
    else if (!COPULAS.has(word.folded)) return adverbs > 0 && NEGATIONS.has(words[at - 1]?.folded ?? '');
  }
  return false;
}

const NO_MORE = new Set([
  'longer',
  'anymore',
  'mehr',
  'plus',
  'piu',
  'meer',
  'mais',
  'ya',
  'juz',
  'langre',
  'больше',
]);

function isNotice(words: readonly Word[], index: number, { meaning }: Match, from: number): boolean {
  const word = words[index];
  if (word === undefined) return false;
  // "not yet acknowledged"
  if (words.slice(Math.max(from, index - 3), index).some(({ folded }) => NEGATIONS.has(folded))) return false;
  if (meaning.place === 'any') return true;
  return word.boxed || word.heads || word.shouted || index === from;
}

function recoveryPolarity(
  words: readonly Word[],
  index: number,
  match: Match,
  plain: Polarity,
  from: number,
): Polarity | null {
  const word = words[index];
  const last = words[index + match.length - 1];
  const next = words[index + match.length];
  const before = words[index - 1];
  if (word === undefined || last === undefined) return null;
  const setApart = last.heads || word.boxed || word.arrow;
  if (!word.boxed && !last.heads) {
    const noun = match.length === 1 && NOUNS.has(word.text);
    if (FAILINGS.has(next?.folded ?? '') || (noun && NOUN_FAILINGS.has(next?.text ?? ''))) return null;
  }
  if (NO_RECOVERY_OF.has(before?.folded ?? '')) return null;
  if (word.text === 'cleared' && words.slice(from, index).some(({ text }) => NO_RECOVERY_OF.has(text)))
    return null;
  if (word.text === 'resolved' && LOOKED_UP.has(next?.text ?? '')) return null;
  if (last.asks || IMPOSSIBLE.has(next?.folded ?? '')) return null;
  if (!word.boxed && !word.arrow && isOfSome(words, index, from)) return null;
  const { of } = match.meaning;
  if (of !== undefined && !isSaidOf(words, index, of)) return null;
  // "Erfolg: 0 von 12"
  if (plain.weak && last.heads && next?.text === '0') return null;
  // "successo parziale"
  if (plain.weak && words.slice(from).some(({ folded }) => PARTIAL.test(folded))) return null;
  // "Taux de succès en baisse"
  if (plain.weak && words.slice(from, index).some(({ folded }) => RATES.has(folded))) return null;
  if (word.text === 'up' && !setApart && !isUp(words, index)) return null;
  if (plain.weak && !word.boxed && words.some(({ folded }) => NEWS.has(folded))) return null;
  // Something is said of it here and now, not of what it was, will be or should be.
  if (!word.arrow && NOT_YET.has(before?.folded ?? '')) return null;
  const turned = turnedBy(words, index, from);
  if (turned === 'wish') return null;
  if (turned === 'not') return { ...plain, says: 'problem', weak: false, generic: false, negated: true };
  return plain;
}

/** Whether a line names such a thing, and nothing that may be wrong with it. */
const isSaidOf = (words: readonly Word[], index: number, of: 'service' | 'link'): boolean =>
  (words.some(({ folded }) => (of === 'service' ? SERVICES : LINKS).has(folded)) ||
    // "sw-core USB device connected" is of something else.
    (of === 'link' && isDevice(words, index))) &&
  !words.some((_, at) => {
    const meaning = matchAt(words, at)?.meaning;
    return meaning?.state === 'problem' && (of === 'service' || meaning.generic !== true);
  });

const isDevice = (words: readonly Word[], index: number): boolean => {
  let at = index - 1;
  while (COPULAS.has(words[at]?.folded ?? '')) at -= 1;
  return /^(?:ap|gw|rt|sw)[-_]/.test(words[at]?.folded ?? '');
};

const PARTIAL =
  /^(?:partial|partially|parzial[ei]|parcial|partiels?|partielle|teilweise|gedeeltelijk|czesciow[aoy]|delvis|частично)$/;
const RATES = new Set('rate quote erfolgsquote taux tasa tasso taxa percentage prozentsatz'.split(' '));
const LINKS = new Set(
  'internet wan wan1 wan2 uplink link gateway tunnel ups router ap connection agent line isp vpn'.split(' '),
);
/** What was stopped when it isn't running. */
const SERVICES = new Set(
  'service services daemon process dienst prozess servicio proceso servizio processo servico demone usluga proces tjansten tjanst processen служба сервис процесс'.split(
    ' ',
  ),
);
const FAILINGS = new Set(
  'failed failing fails timeout aborted fehlgeschlagen echoue fallido fallida fallito fallita mislukt falhou misslyckades не'.split(
    ' ',
  ),
);
/** "Recovery failure": the recovery is what failed. */
const NOUNS = new Set([
  'recovery',
  'recover',
  'online',
  'success',
  'up',
  'ok',
  'normal',
  'complete',
  'green',
]);
const NOUN_FAILINGS = new Set(['failure', 'error', 'problem', 'errors', 'problems']);

/** "DNS name resolved to 192.0.2.9". */
const LOOKED_UP = new Set(['to', 'host', 'hostname', 'name', 'address']);
/** "return to normal not possible" */
const IMPOSSIBLE = new Set([
  'not',
  'impossible',
  'nicht',
  'unmoglich',
  'impossibile',
  'imposible',
  'impossivel',
]);

/** "Only one PSU online", "2 of 3 nodes up". */
function isOfSome(words: readonly Word[], index: number, from: number): boolean {
  for (let at = index - 1; at >= Math.max(from, index - 6); at -= 1) {
    const word = words[at];
    // "Last check: OK"
    if (word === undefined || word.heads) return false;
    // "Last auf web1" is how busy it is.
    if (word.folded === 'last' && LOADS.has(words[at + 1]?.folded ?? '')) return false;
    if (LIMITS.has(word.folded)) return true;
    const [one, other] = /^(\d{1,6})\/(\d{1,6})$/.exec(word.text)?.slice(1) ?? [
      word.text,
      OF_ALL.has(words[at + 1]?.folded ?? '') ? words[at + 2]?.text : undefined,
    ];
    if (other !== undefined && /^\d{1,6}$/.test(one ?? '') && /^\d{1,6}$/.test(other) && one !== other)
      return true;
  }
  return false;
}

const LOADS = new Set(['auf', 'von', 'des', 'der', 'am', 'im']);
const OF_ALL = new Set(['of', 'von', 'de', 'sur', 'di', 'van', 'z', 'av', 'из']);

/** What in front turns a recovery word round, or only wishes for it. */
function turnedBy(words: readonly Word[], index: number, from: number): 'not' | 'wish' | null {
  for (let at = index - 1; at >= Math.max(from, index - 10); at -= 1) {
    const word = words[at];
    // "CHECK FAILED: …" is over at the colon, and an arrow leaves the old state behind.
    if (word === undefined || words[at + 1]?.arrow === true || word.heads) return null;
    if (WISHES.has(word.folded)) return 'wish';
    if (FAILERS.has(word.folded) && words[at + 1]?.text === 'to') return 'not';
    if (index - at <= 4 && NEGATIONS.has(word.folded)) return 'not';
    if (word.comma && index - at > 1) return null;
  }
  return null;
}

/** Whether `up` is a state: not the end of a verb ("filling up"), no "up 300%". */
function isUp(words: readonly Word[], index: number): boolean {
  const before = words[index - 1]?.folded ?? '';
  const next = words[index + 1];
  if (/^([\d.,]+%?|to|by|from|and)$/.test(next?.text ?? '')) return words[index - 1]?.text === 'from';
  if (!UP_VERBS.has(before)) return true;
  // "db1 back up": of what has a number in its name; "nightly back up" is a backup.
  const thing = words[index - 2];
  return (
    before === 'back' &&
    thing !== undefined &&
    /\d/.test(thing.text) &&
    (next === undefined || words[index]?.stops === true)
  );
}
