/** The words of a command line as bash hands them over: split at `=` and `:`, which it takes for the ends of words. */

export interface Typed {
  /** Between the program and the word at the cursor. */
  before: string[];
  current: string;
  /** How much of `current` bash takes for words before: what it replaces begins behind that. */
  kept: number;
}

/** `at`: the word with the cursor, from 0 for the program. */
export function bashWords(words: readonly string[], at: number): Typed {
  const joined: { text: string; kept: number }[] = [];
  for (const word of words.slice(1, at + 1)) {
    const last = joined.at(-1);
    const isBreak = /^[=:]+$/.test(word);
    const goesOn = last !== undefined && (isBreak ? last.text !== '' : /[^\s=:][=:]$/.test(last.text));
    if (last === undefined || !goesOn) joined.push({ text: word, kept: isBreak ? word.length : 0 });
    else {
      last.kept = last.text.length + (isBreak ? word.length : 0);
      last.text += word;
    }
  }
  const { text = '', kept = 0 } = joined.pop() ?? {};
  return { before: joined.map((one) => unquoted(one.text)), current: unquoted(text), kept };
}

/** The other shells split as people do. */
export const plainWords = (words: readonly string[], at: number): Typed => ({
  before: words.slice(1, at).map(unquoted),
  current: unquoted(words[at] ?? ''),
  kept: 0,
});

const unquoted = (word: string): string => word.replace(/^(["'])(.*?)\1?$/, '$2');
