/**
 * A kept text where the roster has changed since: only what changed is written anew, so that comments and layout
 * elsewhere stay. What comes out reads back to the new roster, or else it is written anew as a whole.
 */
import { diffArrays } from 'diff';
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { mergeLayout } from './merge.ts';
import { styled } from './print.ts';

type Keys = Record<string, unknown>;

/**
 * `was` is what the text says, as a roster writes it; `is` what it is to say. null: the text can't be changed that far
 * (it doesn't read).
 */
export function patchText(text: string, was: Keys, is: Keys): string | null {
  if (!text.includes('\r\n')) return patchLines(text, was, is);
  // Whoever edits it ends lines in this way: so do the new ones.
  return patchLines(text.replaceAll('\r\n', '\n'), was, is)?.replaceAll('\n', '\r\n') ?? null;
}

function patchLines(text: string, was: Keys, is: Keys): string | null {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  if (document.errors.length > 0) return null;
  if (document.contents === null) return null;
  const layout = {
    lineWidth: 0,
    flowCollectionPadding: /[{[] \S/.test(text),
    indent: Math.max(1, (/^( +)\S/m.exec(text)?.[1] ?? '  ').length),
  };
  const before = document.toString(layout);
  if (!isMap(document.contents)) return null;
  patchKeys(document, document.contents, was, is);
  return mergeLayout(text, before, document.toString(layout));
}

function patchKeys(document: Document, node: YAMLMap, was: Keys, is: Keys): void {
  for (const key of Object.keys(was)) if (!Object.hasOwn(is, key)) node.delete(key);
  for (const [key, value] of Object.entries(is)) {
    if (same(was[key], value)) continue;
    const child: unknown = node.get(key, true);
    if (child === undefined || !patched(document, child, was[key], value)) put(document, node, key, value);
  }
}

/** True: it could be done inside the node. */
function patched(document: Document, node: unknown, was: unknown, is: unknown): boolean {
  if (isMap(node) && isKeys(was) && isKeys(is) && fits(node, was, is)) {
    patchKeys(document, node, was, is);
    return true;
  }
  if (isSeq(node) && Array.isArray(was) && Array.isArray(is) && node.items.length === was.length) {
    patchList(document, node, was, is);
    return true;
  }
  if (isScalar(node) && (typeof is === 'string' || typeof is === 'number')) {
    node.value = is;
    return true;
  }
  return false;
}

/** Whether the text writes an entry in the form in which the change is known. */
function fits(node: YAMLMap, was: Keys, is: Keys): boolean {
  const written = node.items.map((item) => (isScalar(item.key) ? String(item.key.value) : ''));
  const isOther = written.some((key) => !Object.hasOwn(was, key) && !Object.hasOwn(is, key));
  const changed = Object.keys(was).filter((key) => !same(was[key], is[key]));
  return !isOther || changed.every((key) => written.includes(key));
}

interface Entry {
  node: unknown;
  was: unknown;
}

/** Entries that stay keep their place and comments; one that changed is changed inside where it is surely the same. */
function patchList(document: Document, list: YAMLSeq, was: unknown[], is: unknown[]): void {
  const entries = list.items.map((node, index): Entry => ({ node, was: was[index] }));
  const items: unknown[] = [];
  let at = 0;
  let removed: Entry[] = [];
  for (const part of diffArrays(was, is, { comparator: same })) {
    const old = entries.slice(at, at + part.count);
    if (!part.added) at += part.count;
    if (part.added) items.push(...added(document, list, part.value, removed));
    else if (!part.removed) items.push(...old.map((one) => one.node));
    removed = part.removed ? old : [];
  }
  list.items = items;
}

function added(document: Document, list: YAMLSeq, values: unknown[], removed: Entry[]): unknown[] {
  return values.map((value, index) => {
    const candidate = values.length === removed.length ? removed[index] : undefined;
    const isSame = candidate !== undefined && sameEntry(candidate.was, value);
    return isSame && patched(document, candidate.node, candidate.was, value)
      ? candidate.node
      : made(document, value, list);
  });
}

/** A level stays a level when it changes; an override with another id is another one. */
const sameEntry = (a: unknown, b: unknown): boolean => isKeys(a) && isKeys(b) && a['id'] === b['id'];

function put(document: Document, node: YAMLMap, key: string, value: unknown): void {
  const child: unknown = node.get(key, true);
  const isSection = node === document.contents;
  const beside = child ?? (isSection ? undefined : node.items[0]?.value);
  // Made with its key around it, which decides how it is laid out.
  const holder = document.createNode({ [key]: value });
  styled(document, holder);
  const [pair] = holder.items;
  if (pair === undefined) return;
  const fresh: unknown = pair.value;
  if (isFlow(beside) && (isMap(fresh) || isSeq(fresh))) fresh.flow = true;
  if (child === undefined) {
    if (isSection && isScalar(pair.key)) pair.key.spaceBefore = true;
    node.add(pair);
    return;
  }
  if (isNode(child) && isNode(fresh)) {
    fresh.comment = child.comment ?? null;
    fresh.commentBefore = child.commentBefore ?? null;
  }
  node.set(key, fresh);
}

/** A node in the style of what it goes beside. */
function made(document: Document, value: unknown, list: YAMLSeq): Node {
  const node = document.createNode(value);
  if (isFlow(list.items[0]) && (isMap(node) || isSeq(node))) node.flow = true;
  styled(document, node);
  return node;
}

const isFlow = (node: unknown): boolean => (isMap(node) || isSeq(node)) && node.flow === true;

const isKeys = (value: unknown): value is Keys =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const same = (a: unknown, b: unknown): boolean =>
  a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
