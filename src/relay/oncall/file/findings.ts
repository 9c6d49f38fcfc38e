/** What reading a roster file finds out besides its content: what is wrong, and whom it names where. Pure. */

/** From the top of the file to an entry: `['policies', 'default', 'levels', 0, 'after']`. */
export type KeyPath = readonly (string | number)[];

export interface FileProblem {
  path: KeyPath;
  /** Which of the two to point at: the key, or what stands behind it. */
  on: 'key' | 'value';
  /** What is wrong and what to do about it. */
  text: string;
}

/** Things that entries name. */
export type Named = 'person' | 'group' | 'rotation' | 'policy' | 'service';

export interface NameUse {
  kind: Named;
  id: string;
  path: KeyPath;
}

/** Collects everything, so that one reading tells all that is wrong. */
export class Findings {
  readonly problems: FileProblem[] = [];
  readonly names: NameUse[] = [];

  wrong(path: KeyPath, text: string, on: FileProblem['on'] = 'value'): undefined {
    this.problems.push({ path, on, text });
    return undefined;
  }

  uses(kind: Named, id: string, path: KeyPath): void {
    this.names.push({ kind, id, path });
  }
}

/** What stands there, short and on one line. */
export function described(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `"${value.replace(/\p{Cc}/gu, ' ').slice(0, 60)}"`;
  return Array.isArray(value) ? 'a list' : 'keys';
}
