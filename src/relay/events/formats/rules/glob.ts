/** Patterns as a shell has them: the whole text, in letters of either case; * is anything, ? one character. */

/** Whether a text that is in lower case already is like the pattern. */
export type Glob = (lower: string) => boolean;

/** A backslash takes a * or ? as it is. */
export function globOf(pattern: string): Glob {
  const parts = partsOf(pattern.toLowerCase());
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text.length === lengthOf(first) && startsAt(text, first, 0);
  return (text) => {
    if (text.length < lengthOf(first) + lengthOf(last) || !startsAt(text, first, 0)) return false;
    const end = text.length - lengthOf(last);
    if (!startsAt(text, last, end)) return false;
    let at = lengthOf(first);
    // Each part where it is found first: what comes after it has the most room then.
    for (const part of rest) {
      at = foundIn(text, part, at, end);
      if (at === -1) return false;
      at += lengthOf(part);
    }
    return true;
  };
}

/** One that any text is like that isn't empty. */
export const isAnything = (pattern: string): boolean => /^\*+$/u.test(pattern);

/** Between the stars: a text, or where there are ? in it each character by itself, null for any. */
type Part = string | (string | null)[];

function partsOf(pattern: string): Part[] {
  const parts: (string | null)[][] = [[]];
  for (let at = 0; at < pattern.length; at += 1) {
    const one = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (one === '\\' && (next === '*' || next === '?' || next === '\\')) {
      parts.at(-1)?.push(next);
      at += 1;
    } else if (one === '*') parts.push([]);
    else parts.at(-1)?.push(one === '?' ? null : one);
  }
  return parts.map((part) => (part.includes(null) ? part : part.join('')));
}

const lengthOf = (part: Part): number => part.length;

function startsAt(text: string, part: Part, at: number): boolean {
  if (typeof part === 'string') return text.startsWith(part, at);
  return part.every((one, index) => one === null || text.charAt(at + index) === one);
}

function foundIn(text: string, part: Part, from: number, end: number): number {
  if (typeof part === 'string') {
    const at = text.indexOf(part, from);
    return at === -1 || at + part.length > end ? -1 : at;
  }
  for (let at = from; at + part.length <= end; at += 1) if (startsAt(text, part, at)) return at;
  return -1;
}
