/** JSON as templates of monitors make it: with bare line feeds, with quotation marks that nobody escaped, one after another. */
import { parseJson } from './body.ts';

const PAIRS_MAX = 200;
const LINES_MAX = 1_000;
/** Stands where a name, a colon and the beginning of a value do. */
const PAIR = /"(?<name>[^"\\\r\n]{1,80})"[ \t]{0,8}:[ \t]{0,8}(?:"|(?<bare>[\w.+-]{1,80}))/gu;

/** Null: not even so. */
export function parseLoose(text: string): { value: unknown } | null {
  return parseJson(text) ?? repaired(text);
}

/** As parseLoose, of what is no JSON as it stands. */
export function repaired(text: string): { value: unknown } | null {
  return parseJson(withoutControls(text)) ?? lines(text);
}

/** A tab or a line feed within a text is what JSON forbids, and what plugin output is full of. */
const withoutControls = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ').trim();

/** Objects one to a line, as a list. */
function lines(text: string): { value: unknown } | null {
  const some = text.split(/\r?\n/u, LINES_MAX).filter((line) => line.trim() !== '');
  if (some.length < 2 || !some.every((line) => /^\s*[{[]/u.test(line))) return null;
  const values: unknown[] = [];
  for (const line of some) {
    const parsed = parseJson(line);
    if (parsed === null) return null;
    values.push(parsed.value);
  }
  return { value: values };
}

/** Where a text ends: at a quotation mark behind which JSON goes on. */
const END = /"\s{0,40}(?:[,}\]]|$)/gu;
const VALUE_MAX = 8_000;

/** The names and texts of what should have been an object; null: it has none. */
export function pairsOf(text: string): Record<string, unknown> | null {
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const shown = text.slice(0, 64 * 1024);
  let from = 0;
  for (let count = 0; count < PAIRS_MAX; count += 1) {
    PAIR.lastIndex = from;
    const match = PAIR.exec(shown);
    if (match === null) break;
    const { name = '', bare } = match.groups ?? {};
    from = match.index + match[0].length;
    if (bare !== undefined) {
      fields[name] ??= bare;
      continue;
    }
    const rest = shown.slice(from, from + VALUE_MAX);
    END.lastIndex = 0;
    const end = END.exec(rest)?.index ?? rest.length;
    fields[name] ??= rest.slice(0, end).replaceAll('\\n', '\n').replaceAll('\\"', '"').trim();
    from += end;
  }
  return Object.values(fields).some((value) => value !== '') ? fields : null;
}
