/** YAML to the plain object that a roster file is, and where each part of it stands. Nothing clever of YAML is taken. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type ParsedNode,
} from 'yaml';
import type { FileProblem, KeyPath } from '../oncall/file/findings.ts';

/** A problem and where it stands; both count from 1. */
export interface PlacedProblem {
  line: number;
  column: number;
  /** `policies.default.levels[0]`; empty for the file as a whole. */
  at: string;
  text: string;
}

export interface Parsed {
  /** null: it is no YAML that can be looked at further. */
  plain: Record<string, unknown> | null;
  document: Document.Parsed;
  lines: LineCounter;
  problems: PlacedProblem[];
}

/** More is no roster; a text is kept with each version it made. */
export const TEXT_MAX_BYTES = 128 * 1024;

const ENDLESS = 'expected a roster, got nesting without an end';

/** More would not be read, and each is looked for in the whole text. */
export const PROBLEMS_MAX = 200;

/** Of what is no YAML at all. */
const SYNTAX_SHOWN = 3;

/** Deeper than any roster. */
const DEPTH_MAX = 16;

/** Reads a text; what is wrong is in `problems`, and nothing is thrown for it. */
export function parseRosterText(text: string): Parsed {
  const lines = new LineCounter();
  if (Buffer.byteLength(text) > TEXT_MAX_BYTES) {
    const problem = `expected at most ${TEXT_MAX_BYTES / 1024} KB, got ${Math.ceil(Buffer.byteLength(text) / 1024)} KB`;
    return refused(lines, problem);
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refused(lines, ENDLESS);
  }
  // The parser goes down by calling itself.
  if (document.errors.some(({ message }) => message.includes('call stack'))) return refused(lines, ENDLESS);
  const syntax = document.errors.map((error) => ({
    offset: error.pos[0],
    at: [],
    text: syntaxWords(error.code, error.message),
  }));
  // What comes after is mostly read wrong because of the first.
  const more = syntax.length - SYNTAX_SHOWN;
  const next = syntax[SYNTAX_SHOWN];
  if (next !== undefined && more > 1)
    syntax.splice(SYNTAX_SHOWN, more, {
      ...next,
      text: `and ${more} more from here on: put right what stands above, and most of them are gone`,
    });
  const reader = new Reader();
  if (document.directives.yaml.explicit === true || Object.keys(document.directives.tags).length > 1)
    reader.wrong(0, [], 'expected no % lines: take them out');
  const isReadable = syntax.length === 0;
  const root = isReadable ? reader.read(document.contents, [], 0) : null;
  const place = ({
    offset,
    at,
    text: what,
  }: {
    offset: number;
    at: KeyPath;
    text: string;
  }): PlacedProblem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), at: dotted(at), text: what };
  };
  const problems = [...syntax, ...reader.problems].slice(0, PROBLEMS_MAX).map(place);
  if (!isReadable) return { plain: null, document, lines, problems };
  const plain = root ?? emptyKeys();
  if (typeof plain === 'object' && !Array.isArray(plain))
    return { plain: plain as Record<string, unknown>, document, lines, problems };
  const whole = place({
    offset: 0,
    at: [],
    text: 'expected sections such as people: and policies:, got something else',
  });
  return { plain: null, document, lines, problems: [...problems, whole] };
}

function refused(lines: LineCounter, text: string): Parsed {
  return {
    plain: null,
    document: parseDocument(''),
    lines,
    problems: [{ line: 1, column: 1, at: '', text }],
  };
}

function syntaxWords(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'expected one document: take out what follows, and its ---';
  if (code === 'TAB_AS_INDENT') return 'expected blanks to indent, got a tab';
  return `expected valid YAML, got: ${message.split('\n')[0] ?? ''}`;
}

/** Nodes to plain values. */
class Reader {
  readonly problems: { offset: number; at: KeyPath; text: string }[] = [];

  wrong(offset: number, at: KeyPath, text: string): null {
    this.problems.push({ offset, at, text });
    return null;
  }

  read(node: ParsedNode | null, at: KeyPath, depth: number): unknown {
    if (node === null) return null;
    const offset = node.range[0];
    if (depth > DEPTH_MAX) return this.wrong(offset, at, 'this is nested too deeply for a roster');
    if (isAlias(node))
      return this.wrong(offset, at, `expected the value itself, got *${node.source}: write it out`);
    if (node.anchor !== undefined)
      this.wrong(offset, at, `expected no anchor, got &${node.anchor}: write the value out where it is used`);
    if (node.tag !== undefined) this.wrong(offset, at, `expected no tag, got ${node.tag}: take it out`);
    if (isSeq(node)) {
      return node.items.map((item, index) => this.read(item, [...at, index], depth + 1));
    }
    if (isMap(node)) return this.#keys(node.items, at, depth);
    return isScalar(node) ? node.value : null;
  }

  #keys(items: readonly unknown[], at: KeyPath, depth: number): Record<string, unknown> {
    const out = emptyKeys();
    for (const item of items) {
      if (!isPair(item)) continue;
      const { key, value } = item as { key: ParsedNode; value: ParsedNode | null };
      const name: unknown = isScalar(key) ? key.value : undefined;
      if (typeof name !== 'string') {
        this.wrong(key.range[0], at, 'expected a name as the key: write it in quotes');
        continue;
      }
      const inner = [...at, name];
      if (key.anchor !== undefined) this.wrong(key.range[0], inner, `expected no anchor, got &${key.anchor}`);
      if (name === '<<') this.wrong(key.range[0], inner, 'expected no merge key (<<): write the keys out');
      // The library compares every key with every other: minutes for a text of nothing but keys.
      else if (Object.hasOwn(out, name))
        this.wrong(key.range[0], inner, 'this key stands here twice: keep one of them');
      else out[name] = this.read(value, inner, depth + 1);
    }
    return out;
  }
}

/** Puts the problems of a plain object where they stand in its text. */
export function placed(parsed: Parsed, problem: FileProblem): PlacedProblem {
  const offset = offsetOf(parsed.document, problem.path, problem.on);
  const { line, col } = parsed.lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1), at: dotted(problem.path), text: problem.text };
}

/** The nearest thing to a path that is there. */
function offsetOf(document: Document.Parsed, path: KeyPath, on: FileProblem['on']): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const [index, part] of path.entries()) {
    const isLast = index === path.length - 1;
    if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = startOf(node) ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === part);
      if (pair === undefined) return offset;
      node = pair.value;
      offset = (isLast && on === 'value' ? startOf(node) : null) ?? startOf(pair.key) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | null {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  const start: unknown = Array.isArray(range) ? range[0] : null;
  return typeof start === 'number' ? start : null;
}

/** `policies.default.levels[0].after`. */
export const dotted = (path: KeyPath): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');

const emptyKeys = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;
