/** What an object holds, whatever its shape: values found by name, those nearer to the top first. */
import { type Fields, firstNames, plainName, textIn } from '../fields.ts';

const DEPTH_MAX = 4;
const LEAVES_MAX = 400;
const NAME_MAX = 120;

export interface Leaf {
  /** See plainName. */
  name: string;
  /** With the name of what it lies in before it: `host` and `name` as `hostname`. */
  path: string;
  value: unknown;
  depth: number;
}

export interface Found {
  name: string;
  text: string;
}

export class FieldRecord {
  readonly leaves: readonly Leaf[];
  readonly #byName = new Map<string, Leaf>();

  constructor(fields: Fields) {
    this.leaves = leavesOf(fields);
    for (const leaf of this.leaves) if (textIn(leaf.value) !== '') this.#keep(leaf.name, leaf);
    // A name made of two is as good as one that stands alone, but no better.
    for (const leaf of this.leaves) if (textIn(leaf.value) !== '') this.#keep(leaf.path, leaf);
  }

  #keep(name: string, leaf: Leaf): void {
    if (!this.#byName.has(name)) this.#byName.set(name, leaf);
  }

  /** The first of these names that says something. */
  first(names: readonly string[]): Found | null {
    for (const name of names) {
      const leaf = this.#byName.get(name);
      if (leaf !== undefined) return { name, text: textIn(leaf.value) };
    }
    return null;
  }

  /** The same, of what lies in nothing else. */
  top(names: readonly string[]): Found | null {
    const leaf = this.leaves.find(
      ({ name, depth, value }) => depth === 0 && names.includes(name) && textIn(value) !== '',
    );
    return leaf === undefined ? null : { name: leaf.name, text: textIn(leaf.value) };
  }

  /** The same, but not what lies in one of `others`. */
  firstOutside(names: readonly string[], others: readonly string[]): Found | null {
    for (const wanted of names) {
      const leaf = this.leaves.find(
        ({ name, path, value }) =>
          name === wanted &&
          textIn(value) !== '' &&
          !others.includes(path.slice(0, path.length - name.length)),
      );
      if (leaf !== undefined) return { name: wanted, text: textIn(leaf.value) };
    }
    return null;
  }

  /** All of these names that say something, in their order. */
  all(names: readonly string[]): Found[] {
    return names.flatMap((name) => {
      const leaf = this.#byName.get(name);
      return leaf === undefined ? [] : [{ name, text: textIn(leaf.value) }];
    });
  }

  text(names: readonly string[]): string {
    return this.first(names)?.text ?? '';
  }
}

/** Breadth first, so that what lies nearer to the top comes first; of a list only the first thing. */
function leavesOf(fields: Fields): Leaf[] {
  const leaves: Leaf[] = [];
  let level: { within: string; fields: Fields }[] = [{ within: '', fields }];
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0; depth += 1) {
    const next: typeof level = [];
    for (const { within, fields: some } of level) {
      for (const key of firstNames(some)) {
        const given = some[key];
        if (leaves.length >= LEAVES_MAX) return leaves;
        // No monitor's: whoever sends it means our own objects.
        if (key === '__proto__') continue;
        const value: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
        const name = plainName(key.slice(0, NAME_MAX));
        if (typeof value === 'object' && value !== null) {
          if (!Array.isArray(value)) next.push({ within: name, fields: value as Fields });
        } else if (name !== '') leaves.push({ name, path: `${within}${name}`, value, depth });
      }
    }
    level = next;
  }
  return leaves;
}
