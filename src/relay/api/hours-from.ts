/** Hours and lengths of shifts in a request, in the form that a roster file has them in. */
import { Findings } from '../oncall/file/findings.ts';
import { hours } from '../oncall/file/forms.ts';
import type { Shape } from '../oncall/file/shapes.ts';
import type { Hours } from '../oncall/types.ts';
import type { Fields } from './fields.ts';

/** A text in that form; what is wrong goes to `fields`. */
export function formed<T>(shape: Shape<T>, text: string, name: string, fields: Fields): T | undefined {
  const findings = new Findings();
  const read = shape.read(text, [], findings);
  for (const one of findings.problems) fields.problem(`${name}: ${one.text}`);
  return read;
}

/** `mon-fri 09:00-17:00` and the like; absent as they are. */
export const hoursFrom = (
  texts: readonly string[] | undefined,
  name: string,
  fields: Fields,
): Hours[] | undefined =>
  texts?.map((text) => formed(hours, text, name, fields)).filter((one) => one !== undefined);
