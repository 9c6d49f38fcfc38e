/** Structured extras of an event as lines of text for the mail to the responder. */
import { cleanDetails, DETAILS_MAX } from '../formats/clean.ts';

const DEPTH_MAX = 6;

/** `name: value` lines, nested names joined by dots; at most 4,000 characters. Undefined when there is nothing. */
export function detailLines(parts: readonly (readonly [string, unknown])[]): string | undefined {
  const lines: string[] = [];
  let left = DETAILS_MAX * 2;
  const add = (name: string, value: unknown, depth: number): void => {
    if (left <= 0 || value === undefined || value === null || value === '') return;
    if (typeof value === 'object' && depth < DEPTH_MAX) {
      for (const [key, inner] of Object.entries(value)) {
        if (left <= 0) return;
        add(name === '' ? key : `${name}.${key}`, inner, depth + 1);
      }
      return;
    }
    const shown = scalar(value).slice(0, DETAILS_MAX);
    const line = name === '' ? shown : `${name.slice(0, 200)}: ${shown}`;
    left -= line.length;
    lines.push(line);
  };
  for (const [name, value] of parts) add(name, value, 0);
  const text = cleanDetails(lines.join('\n'));
  return text === '' ? undefined : text;
}

/** What lies deeper than we look shows as an ellipsis. */
function scalar(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '…';
}
