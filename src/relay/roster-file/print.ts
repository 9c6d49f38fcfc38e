/** A roster as text, where none is kept: as somebody would write it by hand. */
import { Document, isCollection, isMap, isScalar, isSeq, Scalar, visit, type Node } from 'yaml';

/** A line of a list or an entry may be this long before it is broken. */
const WIDTH = 110;

/** Entries of these that fit on a line are written on one. */
const ON_A_LINE = ['people', 'services', 'levels', 'overrides', 'absences'];

/** Reads back to the same plain object. */
export function printRoster(plain: Record<string, unknown>): string {
  const document = new Document(plain);
  const root = document.contents;
  if (isMap(root)) {
    for (const [index, pair] of root.items.entries()) {
      const key: unknown = pair.key;
      if (index > 0 && isScalar(key)) key.spaceBefore = true;
    }
  }
  styled(document);
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: false });
}

/** Short things on one line; times of day in quotes, which other readers of YAML take for numbers. */
export function styled(document: Document, within?: Node): void {
  visit(within ?? document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && /^\d\d:\d\d$/.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
    Seq: (_key, node) => {
      if (node.items.every((item) => isScalar(item))) node.flow = true;
    },
    Pair: (_key, pair) => {
      const key: unknown = isScalar(pair.key) ? pair.key.value : null;
      if (typeof key !== 'string' || !ON_A_LINE.includes(key) || !isCollection(pair.value)) return;
      for (const entry of isMap(pair.value) ? pair.value.items.map((one) => one.value) : pair.value.items)
        if (isCollection(entry) && isFlat(entry)) entry.flow = true;
    },
  });
}

/** Nothing below it but texts and lists of texts. */
const isFlat = (node: Node): boolean =>
  isMap(node) && node.items.every(({ value }) => isScalar(value) || isPlainList(value));

const isPlainList = (node: unknown): boolean => isSeq(node) && node.items.every((item) => isScalar(item));
