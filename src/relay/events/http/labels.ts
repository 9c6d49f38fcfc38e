/** Short values that a sender gives by name, as labels for rules and groups. Pure. */
import { cleanSummary } from '../formats/clean.ts';
import { textIn } from '../formats/fields.ts';
import type { AlertEvent } from '../types.ts';

const LABELS_MAX = 32;
/** Of tens of thousands of fields nobody means the last ones. */
const LOOKED_AT_MAX = 500;
/** What is longer is a text, and stands in the details. */
const VALUE_MAX = 255;

/** The first 32 that are one short line each; nothing where there are none. */
export function labelsOf(values: Readonly<Record<string, unknown>>): Pick<AlertEvent, 'labels'> {
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(values).slice(0, LOOKED_AT_MAX)) {
    if (kept.length === LABELS_MAX) break;
    const said = textIn(value);
    if (said.length > VALUE_MAX || name.length > VALUE_MAX || said.includes('\n')) continue;
    const [label, text] = [cleanSummary(name), cleanSummary(said)];
    if (label !== '' && text !== '') kept.push([label, text]);
  }
  return kept.length === 0 ? {} : { labels: Object.fromEntries(kept) };
}
