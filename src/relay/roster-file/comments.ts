/** The comments of a text, and which of them another text has no more. */
import { Lexer } from 'yaml';

export interface Comment {
  /** From 1. */
  line: number;
  /** With its #. */
  text: string;
}

/** What the lexer puts before the text of a scalar: a # in there is no comment. */
const SCALAR = '\u001f';

/** Every comment in order. */
export function commentsOf(text: string): Comment[] {
  const found: Comment[] = [];
  let line = 1;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    if (before !== SCALAR && token.startsWith('#')) found.push({ line, text: token.trimEnd() });
    line += token.split('\n').length - 1;
    before = token;
  }
  return found;
}

/** Those of `before` that are not in `after`, with their line in `before`. */
export function lostComments(before: string, after: string): Comment[] {
  const left = new Map<string, number>();
  for (const { text } of commentsOf(after)) left.set(text, (left.get(text) ?? 0) + 1);
  return commentsOf(before).filter(({ text }) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}
