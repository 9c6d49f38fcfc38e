/**
 * What people type to answer a page: GoAlert's, PagerDuty's and Iris's words and our own. Pure. It acts only on what
 * can mean one thing: every word must be known, with one verb and at most one code; anything else is `unclear`, and
 * the answer then says how. So no text that quotes a page of ours can act.
 *
 * Where those three disagree, rule 9 decides: a bare `a` is Iris's "all" and GoAlert's "the last one", and here it acts
 * only if one incident is meant, whoever taught it; `aa` is all. `4` and `6` alone are PagerDuty's, beside a verb codes.
 */
import type { ReplyCommand } from '../events/types.ts';

type Verb = 'ack' | 'resolve' | 'escalate';

const VERBS = new Map<string, Verb>([
  ...each('ack', 'a ack acked acknowledge acknowledged claim claimed'),
  ...each('resolve', 'c close closed r resolve resolved fixed done'),
  ...each('escalate', 'e esc escalate'),
]);

/** `12aa`, `aa`: everything of that service; without a code, everything that was sent there. */
const DOUBLED = new Map<string, Verb>([...each('ack', 'aa'), ...each('resolve', 'cc')]);

/** PagerDuty's `4: Ack, 6: Resolve`; only when nothing else was written, for a number beside a verb is a code. */
const DIGITS = new Map<string, Verb>([...each('ack', '4'), ...each('resolve', '6')]);

/** The carrier acts on these whatever we think of them; they are never commands. */
const OPT_OUT = new Set('stop unsubscribe end quit stopall revoke optout cancel'.split(' '));
/** And these open the way again, at the carrier as here. */
const OPT_IN = new Map<string, NonNullable<ReplyCommand['start']>>([
  ['start', 'surely'],
  ['unstop', 'surely'],
  ['yes', 'if-off'],
]);

const HELP = new Set(['help', 'info', '?']);
const ALL = new Set(['all']);
const LAST = new Set(['l', 'last', 'latest']);
const POLITE = new Set('please pls plz thanks thank you thx ty'.split(' '));

/** Longer texts are never commands; nothing is read of them. */
const MAX_LENGTH = 160;

/** The command in an SMS. Everything that isn't plainly one is `unclear`. */
export function readSmsCommand(text: string): ReplyCommand {
  if (text.length > 4 * MAX_LENGTH) return UNCLEAR;
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .trim();
  if (plain.length > MAX_LENGTH) return UNCLEAR;
  if (HELP.has(plain)) return { verb: 'help', code: null, scope: 'bare' };
  // Apostrophes part words too: `don't` is two words nobody knows, `'47a'` is what GoAlert takes.
  const words = plain.split(/[\s.,;:!'"“”‘’„«»()[\]<>*_/\\\p{Pd}…]+/u).filter((word) => word !== '');
  const [only] = words;
  if (only === undefined) return UNCLEAR;
  if (words.length === 1) {
    if (OPT_OUT.has(only)) return { verb: 'optout', code: null, scope: 'bare' };
    const start = OPT_IN.get(only);
    if (start !== undefined) return { ...UNCLEAR, start };
    if (HELP.has(only)) return { verb: 'help', code: null, scope: 'bare' };
    const verb = DIGITS.get(only);
    if (verb !== undefined) return { verb, code: null, scope: 'bare' };
    // Iris: the last page.
    if (LAST.has(only)) return { verb: 'ack', code: null, scope: 'last' };
  }
  return combine(words);
}

/**
 * The command in the first visible line of a mail that came to the address of the message `code`: it is about that
 * message unless the text contradicts. Words for opting out mean nothing by mail.
 */
export function readMailCommand(line: string, code: number): ReplyCommand {
  const command = readSmsCommand(line);
  if (command.verb === 'help') return command;
  if (command.code !== null && command.code !== code) return UNCLEAR;
  if (command.verb === 'optout' || command.start !== undefined) return UNCLEAR;
  if (command.verb === 'unclear') return command;
  return { verb: command.verb, code, scope: command.scope === 'service' ? 'service' : 'message' };
}

const UNCLEAR: ReplyCommand = Object.freeze({ verb: 'unclear', code: null, scope: 'bare' });

/** What all words say together; UNCLEAR when one isn't known or two disagree. */
function combine(words: string[]): ReplyCommand {
  const verbs = new Set<Verb>();
  const codes = new Set<number>();
  const doubled = new Set<boolean>();
  let all = false;
  let last = false;
  for (const word of words) {
    const read = readWord(word);
    if (read === null) return UNCLEAR;
    if (read.code !== undefined) codes.add(read.code);
    if (read.verb !== undefined) {
      verbs.add(read.verb);
      doubled.add(read.doubled === true);
    }
    all ||= ALL.has(word);
    last ||= LAST.has(word);
  }
  const [verb] = verbs;
  const [code] = codes;
  // A code alone says nothing but that it was read, which is enough to verify the contact it came from.
  if (verb === undefined && codes.size === 1 && words.length === 1 && code !== undefined)
    return { ...UNCLEAR, code };
  if (verb === undefined || verbs.size > 1 || codes.size > 1 || doubled.size > 1) return UNCLEAR;
  const everything = doubled.has(true);
  if (last) {
    if (all || everything || code !== undefined) return UNCLEAR;
    return { verb, code: null, scope: 'last' };
  }
  // `51a ack all` is what a text about several incidents asks for: all of that message, not more.
  if (code !== undefined) return { verb, code, scope: everything ? 'service' : 'message' };
  return { verb, code: null, scope: everything || all ? 'all' : 'bare' };
}

/** One word: a code, a verb, both together (`#47a`, `ack47`), or one that changes nothing. Null: not known. */
function readWord(word: string): { verb?: Verb; code?: number; doubled?: boolean } | null {
  if (POLITE.has(word) || ALL.has(word) || LAST.has(word)) return {};
  // `#12` alone names an incident, not a message: reading it as a code could act on another one.
  const match = /^(?:(\d{1,8})|#?(\d{1,8})([a-z]+)|([a-z]+)(\d{1,8})|([a-z]+))$/.exec(word);
  if (match === null) return null;
  const digits = match[1] ?? match[2] ?? match[5];
  const letters = match[3] ?? match[4] ?? match[6];
  const code = digits === undefined ? undefined : Number(digits);
  if (code === 0) return null;
  if (letters === undefined) return code === undefined ? null : { code };
  const plain = VERBS.get(letters);
  const verb = plain ?? DOUBLED.get(letters);
  if (verb === undefined) return null;
  return { verb, doubled: plain === undefined, ...(code === undefined ? {} : { code }) };
}

function each(verb: Verb, words: string): [string, Verb][] {
  return words.split(' ').map((word) => [word, verb]);
}
