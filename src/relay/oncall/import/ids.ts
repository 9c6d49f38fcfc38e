/** Ids of Relay made from names elsewhere: lower case, plain letters, unique among what is imported. */
import anyAscii from 'any-ascii';
import { RosterError } from '../book.ts';
import { checkId } from '../checks.ts';

export type NamedKind = 'person' | 'group' | 'rotation' | 'policy' | 'service';

const LONGEST = 32;

export class Ids {
  readonly #taken = new Map<NamedKind, Set<string>>();

  /** A free id of this kind, as near to the name as can be: `Ana López` is `ana-lopez`, the next one `ana-lopez-2`. */
  from(kind: NamedKind, name: string): string {
    const taken = this.#taken.get(kind) ?? new Set<string>();
    this.#taken.set(kind, taken);
    const slug = slugOf(name) || kind;
    for (let count = 1; ; count += 1) {
      const end = count === 1 ? '' : `-${count}`;
      const id = `${slug.slice(0, LONGEST - end.length).replace(/-+$/, '')}${end}`;
      if (taken.has(id) || isReserved(kind, id)) continue;
      taken.add(id);
      return id;
    }
  }
}

function slugOf(name: string): string {
  return anyAscii(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function isReserved(kind: NamedKind, id: string): boolean {
  try {
    // Groups and rotations are held to what holds for every kind.
    checkId(kind === 'person' || kind === 'service' ? kind : 'policy', id);
    return false;
  } catch (error) {
    if (error instanceof RosterError) return true;
    throw error;
  }
}
