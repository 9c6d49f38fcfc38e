/** What an edit refuses, as a problem of the file: at the place that the refusal is about. Pure. */
import { RosterError } from '../book.ts';
import type { FileProblem, KeyPath } from './findings.ts';
import { isKeys } from './shapes.ts';

/** The problem at or below `path`; throws on whatever is no refusal. `isName`: it names something that isn't there. */
export function refusal(
  error: unknown,
  path: KeyPath,
  plain: unknown,
): { problem: FileProblem; isName: boolean } {
  if (!(error instanceof RosterError)) throw error;
  // The cure is written for the command, whose flags are called as the keys are.
  const cure = error.cure === undefined ? '' : `. ${error.cure.replace(/--(\w)/g, '$1').replace(/\.$/, '')}`;
  const found = placeOf(valueAt(plain, path), path, error.message);
  return {
    problem: { path: found ?? path, on: found === null ? 'key' : 'value', text: `${error.message}${cure}` },
    isName: error.code === 'not_found',
  };
}

/** The value that the message quotes, else the level, layer or rule that it counts; null: the entry as a whole. */
function placeOf(value: unknown, path: KeyPath, message: string): KeyPath | null {
  // A rotation's only layer isn't counted.
  const counted = /\b(Level|Layer|Rule) (\d+)/.exec(message.replace(/^The rotation\b/, 'Layer 1'));
  const inside: KeyPath =
    counted === null ? path : [...path, `${counted[1]?.toLowerCase()}s`, Number(counted[2]) - 1];
  const within = counted === null ? value : valueAt(value, inside.slice(path.length));
  const quoted = quotedIn(within, inside, message);
  return quoted ?? (counted === null ? null : inside);
}

function quotedIn(value: unknown, path: KeyPath, message: string): KeyPath | null {
  if (typeof value === 'string' && value !== '') {
    const isMeant = message.includes(`"${value.slice(0, 60)}"`) || message.startsWith(`${value} `);
    return isMeant ? path : null;
  }
  const inner: [string | number, unknown][] = Array.isArray(value)
    ? value.map((one: unknown, index) => [index, one])
    : isKeys(value)
      ? Object.entries(value)
      : [];
  for (const [key, one] of inner) {
    const found = quotedIn(one, [...path, key], message);
    if (found !== null) return found;
  }
  return null;
}

/** What stands at a path of a plain object; undefined: nothing. */
export function valueAt(plain: unknown, path: KeyPath): unknown {
  let value: unknown = plain;
  for (const part of path) {
    if (Array.isArray(value) && typeof part === 'number') value = value[part] as unknown;
    else if (isKeys(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value;
}
