/**
 * Written text as words that a voice can say: what monitors write is full of host names, units and signs that a voice
 * reads as noise, or leaves out. Pure.
 */

/** Spelled letter by letter, whatever their case; short words without a vowel are too. */
const SPELLED = new Set(
  'api cpu gpu io ip id os ui url uri ups vm oom eof eta iops dba ci aws gcp ldap'.split(' ').concat('k8s'),
);
/** Short, without a vowel, and said as a word, or written for one. */
const WORDS: Readonly<Record<string, string>> = {
  hrs: 'hours',
  hr: 'hour',
  mins: 'minutes',
  min: 'minutes',
  secs: 'seconds',
  sec: 'seconds',
  msg: 'message',
  svc: 'service',
  srv: 'server',
  pkts: 'packets',
  pct: 'percent',
  prod: 'production',
  avg: 'average',
  max: 'maximum',
  temp: 'temperature',
  vs: 'versus',
  nr: 'number',
};
/** After a number. */
const UNITS: Readonly<Record<string, string>> = {
  '%': 'percent',
  ns: 'nanoseconds',
  us: 'microseconds',
  ms: 'milliseconds',
  s: 'seconds',
  m: 'minutes',
  h: 'hours',
  d: 'days',
  b: 'bytes',
  kb: 'kilobytes',
  mb: 'megabytes',
  gb: 'gigabytes',
  tb: 'terabytes',
  kib: 'kibibytes',
  mib: 'mebibytes',
  gib: 'gibibytes',
  tib: 'tebibytes',
  mbps: 'megabits per second',
  gbps: 'gigabits per second',
  'req/s': 'requests per second',
  rps: 'requests per second',
  '°c': 'degrees',
  c: 'degrees',
  hz: 'hertz',
  mhz: 'megahertz',
  ghz: 'gigahertz',
  v: 'volts',
  w: 'watts',
};
/** The longest first: each is looked for in this order. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/<=|=<|≤/g, ' at most '],
  [/>=|=>|≥/g, ' at least '],
  [/!=|≠/g, ' is not '],
  [/->|→/g, ' to '],
  [/==?/g, ' equals '],
  [/>/g, ' above '],
  [/</g, ' below '],
  [/&/g, ' and '],
  [/[±+](?=\d)/g, ' plus '],
  [/~(?=\d)/g, ' about '],
  [/#(?=\d)/g, ' number '],
  [/(?<=\d)\s*°C\b/g, ' degrees '],
];

const LONGEST_WORD = 24;

/** One line of words; at most about `most` characters, cut between words. Empty when there is nothing to say. */
export function spoken(text: string, most: number): string {
  let plain = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200b\ufeff]+/gu, ' ')
    .slice(0, 4 * most);
  // The path of a link says nothing to somebody who listens.
  plain = plain.replace(/\b[a-z][a-z0-9+.-]*:\/\/([^\s/?#"'<>]+)[^\s"'<>]*/gi, ' a link to $1 ');
  plain = plain.replace(
    /\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g,
    '$1 $2',
  );
  for (const [sign, words] of SIGNS) plain = plain.replace(sign, words);
  const words = plain.split(/\s+/).flatMap(spokenWord);
  return cut(words.join(' ').replace(/ (?=[,.;:!?])/g, ''), most);
}

/** A name or host as somebody would say it. */
export const spokenName = (name: string): string => spoken(name, 60);

function spokenWord(written: string): string[] {
  // What ends a clause makes a pause; brackets and quotation marks do so too, or nothing.
  const [, before = '', core = '', after = ''] =
    /^((?:[("'[{*`|<>]|-(?!\d))*)(.*?)([)\]}"'*`|<>,;:.!?…]*)$/su.exec(written) ?? [];
  if (core === '') return [];
  const ending = /[.!?…]/.test(after) ? '.' : /[)\]},;:]/.test(after) ? ',' : '';
  const words = wordsOf(core);
  if (words.length === 0) return [];
  const opening = /[([{]/.test(before) ? [','] : [];
  return [...opening, ...words.slice(0, -1), `${words.at(-1) ?? ''}${ending}`];
}

function wordsOf(core: string): string[] {
  if (/^\d{4}-\d\d-\d\d$/.test(core) || /^\d{1,2}:\d\d$/.test(core)) return [core];
  const measured = /^([+-]?\d+(?:[.,]\d+)?)(%|[a-zµ°/]+)$/i.exec(core);
  if (measured !== null) {
    const [, number = '', unit = ''] = measured;
    const word = Object.hasOwn(UNITS, unit.toLowerCase()) ? UNITS[unit.toLowerCase()] : undefined;
    if (word !== undefined) return [...signed(number), word];
  }
  if (/^[+-]?\d+(?:[.,]\d+)*$/.test(core) && !/(?:\.\d+){2}/.test(core)) return signed(core);
  if (isNoise(core)) return ['an', 'identifier'];
  return core.split(/([./\\@:_-]|::)/).flatMap((part, index, parts) => {
    const isLast = index === parts.length - 1;
    if (part === '.') return isLast ? [] : ['dot'];
    if (part === '/') return parts[index - 1] === '' && index > 1 ? [] : ['slash'];
    if (part === '\\') return ['backslash'];
    if (part === '@') return ['at'];
    if (part === ':')
      return parts.slice(0, index).includes('.') && /^\d+$/.test(parts[index + 1] ?? '') ? ['port'] : [];
    if (isNoise(part)) return ['an', 'identifier'];
    return part.split(/(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})|(?<=\p{Ll})(?=\p{Lu})/u).flatMap(saidPart);
  });
}

/** Letters or digits only. */
function saidPart(part: string): string[] {
  const word = part.replace(/[^\p{L}\p{N}]/gu, '');
  if (word === '') return [];
  // A leading zero, or more digits than anybody takes for a number: one by one.
  if (/^\d+$/.test(word)) return word.length > 6 || /^0\d/.test(word) ? [...word] : [word];
  const lower = word.toLowerCase();
  if (Object.hasOwn(WORDS, lower)) return [WORDS[lower] ?? word];
  const spells = SPELLED.has(lower) || (word.length <= 5 && /^[b-df-hj-np-tv-xz]+$/i.test(word));
  if (spells) return [...lower];
  return [word.slice(0, LONGEST_WORD)];
}

/** A minus is said; a dash between words is a pause at most. */
function signed(number: string): string[] {
  if (number.startsWith('-')) return ['minus', number.slice(1)];
  if (/^0\d/.test(number) || (/^\d+$/.test(number) && number.length > 9)) return [...number];
  return [number];
}

/** A hash, a UUID, the random end of a pod's name: nobody could remember it. */
const isNoise = (core: string): boolean =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(core) ||
  (core.length >= 8 && /^[0-9a-f]+$/i.test(core) && /\d/.test(core) && /[a-f]/i.test(core));

function cut(text: string, most: number): string {
  const clean = text.replace(/^[,.\s]+|[,\s]+$/g, '');
  if (clean.length <= most) return clean;
  const end = clean.lastIndexOf(' ', most);
  return `${clean.slice(0, end > 0 ? end : most).replace(/[,.\s]+$/, '')}, and so on`;
}
