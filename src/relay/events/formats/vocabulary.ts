/** The words by which monitors and people say what state something is in, ready to be looked up; state.ts weighs them. */
import { CJK } from './vocabulary/cjk.ts';
import { ENGLISH } from './vocabulary/english.ts';
import { OTHER_LANGUAGES } from './vocabulary/languages.ts';
import type { Meaning } from './vocabulary/types.ts';
import { fold } from './words.ts';
import type { Word } from './words.ts';

export type { Meaning } from './vocabulary/types.ts';

interface Phrase {
  /** The folded words after the first. */
  rest: readonly string[];
  meaning: Meaning;
}

/** By first word, longest phrases first. What English says of a word counts before what another language does. */
const PHRASES: ReadonlyMap<string, readonly Phrase[]> = (() => {
  const phrases = new Map<string, Phrase[]>();
  for (const { words, ...meaning } of [...ENGLISH, ...OTHER_LANGUAGES, ...CJK]) {
    for (const phrase of words.split(/,\s*/)) {
      const [first = '', ...rest] = fold(phrase.toLowerCase().replaceAll('’', "'")).split(' ');
      const known = phrases.get(first) ?? [];
      if (known.some((one) => one.rest.join(' ') === rest.join(' '))) continue;
      known.push({ rest, meaning });
      phrases.set(first, known);
    }
  }
  for (const known of phrases.values()) known.sort((one, other) => other.rest.length - one.rest.length);
  return phrases;
})();

export interface Match {
  /** How many words it takes. */
  length: number;
  meaning: Meaning;
}

/** The longest state word or phrase that begins at this word; null for any other word. */
export function matchAt(words: readonly Word[], index: number): Match | null {
  const known = PHRASES.get(words[index]?.folded ?? '');
  if (known === undefined) return null;
  for (const { rest, meaning } of known) {
    if (rest.every((word, at) => words[index + 1 + at]?.folded === word))
      return { length: rest.length + 1, meaning };
  }
  return null;
}

/** What a word means that stands alone, as in `State: OK`. */
export const meaningOf = (word: string): Meaning | undefined =>
  PHRASES.get(fold(word.toLowerCase()))?.find(({ rest }) => rest.length === 0)?.meaning;

const setOf = (words: string): ReadonlySet<string> => new Set(fold(words).split(' '));

/** Within four words before a recovery word, these turn it round: "not resolved". */
export const NEGATIONS = setOf(
  "not no never cannot can't couldn't won't isn't wasn't aren't hasn't haven't didn't doesn't don't without nothing above below than beyond exceeds exceeded " +
    "nicht kein keine keinen nie ohne pas aucun aucune jamais sans n'est no nunca sin non mai senza niet geen nooit zonder não nao nunca sem nie bez inte ej aldrig utan не нет без",
);
/** With "to" behind them: they turn round all of their clause. */
export const FAILERS = setOf(
  'fails failed failing unable failure attempt attempts attempting trying tries tried',
);
/** Words that only lead from a negation to what it turns round: gone from a key with the two. */
export const ADVERBS = setOf(
  'longer yet anymore more really fully completely mehr noch plus encore ancora aún ainda meer nog już längre больше',
);

/** In front of a recovery word: it isn't so now, or not wholly. */
export const NOT_YET = setOf(
  'be being partially partly almost nearly teilweise partiellement parcialmente parzialmente gedeeltelijk częściowo delvis частично',
);
/** Anywhere before a recovery word: somebody asks or waits for it. */
export const WISHES = setOf(
  'when if until unless once please check ensure make whether should must need needs want can could bitte wenn falls bis ob prüfen por favor si quand jusqu hasta cuando quando als tot se gdy om tills если пока когда пожалуйста',
);

/** Words that only lead up to a state word and say nothing by themselves; they go with it from a key. */
export const COPULAS = setOf(
  'is are was were be been being has have had now went became becomes turned back again state status currently still remains ' +
    'ist sind war wurde wird jetzt wieder noch immer est sont été a de nouveau toujours está están es sigue ahora è sono stato stata ancora di nuovo nuovamente ' +
    'weer nog werd foi continua novamente jest został została nadal znowu ponownie är har blev igen åter fortfarande снова опять был была было все еще ещё',
);

/** They say that it isn't the first of these mails; gone from a key where they stand in front or beside a state. */
export const REPEATS = setOf(
  'reminder reminding repeat repeated again still ongoing continues continuing escalation escalated re-notification renotification new update updated ' +
    'erinnerung erneut weiterhin neu neue neuer rappel nouvelle nouveau recordatorio nuevo nueva promemoria nuovo nuova herinnering nieuwe lembrete novo nova przypomnienie nowy påminnelse ny напоминание повторно',
);

/** Anywhere before a recovery word: it is so of some, or was so once: "only one online", "last backup OK: 5 days ago". */
export const LIMITS = setOf(
  'only last just nur letzte letzter letztes seulement dernier derniere solo sólo solamente último última ultimo ultima alleen laatste apenas tylko ostatni ostatnia bara senaste только последний последняя',
);

/** Behind these, a clause that says something else than the one before. */
export const BUTS = setOf(
  'but however though although while except aber jedoch mais pero ma però maar mas ale jednak men но однако',
);
/** In front of a problem, they make a success of it no success: "completed with errors". */
export const WITHS = setOf('with mit avec con met com z ze med с со');
/** In front of a problem that is over: "recovered after failure". */
export const AFTERS = setOf(
  'after following previous previously was former formerly nach après tras dopo na após po efter после',
);
/** In front of a problem that there is none of: "without errors". */
export const NONES = setOf(
  '0 no zero without any keine kein keinen ohne aucune aucun sans sin ningún ninguno senza nessun geen zonder sem nenhum bez brak utan inga без нет',
);

/** A word before `up` that makes it part of a verb: "start up", "filling up". */
export const UP_VERBS = setOf(
  'back backing bring bringing start starting set setting come coming boot booting spin wake fill filling pile piling hang hung power look speed clean give mount catch pick queue queueing queuing build building blow blew dial line',
);

/** What may not have succeeded for good: a login or a fence action that succeeded is news, not a recovery. */
export const NO_RECOVERY_OF = setOf(
  'user users login logon logins log-in sign-in signin authentication auth sudo su attack exploit fenced fencing intrusion breach attempt escalation log logs cache history',
);
/** What becomes available or complete without anything having been wrong. */
export const NEWS = setOf(
  'update updates upgrade upgrades version versions release releases patch patches firmware download invoice',
);
