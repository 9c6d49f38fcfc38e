/** Texts with fields and groups in them: `{host}/{check}`, `{1}`; `{{` is a brace. */
import { type Field, fieldNamed } from './fields.ts';
import type { Found } from './pattern.ts';

type Part = { text: string } | { placeholder: string; field: Field | null };

export type Template = readonly Part[];

/** What stands in a text's braces. */
const PLACEHOLDER = /\{\{|\}\}|\{(?<name>[^{}]*)\}/gu;

export function templateOf(source: string): Template {
  const parts: Part[] = [];
  let at = 0;
  for (const match of source.matchAll(PLACEHOLDER)) {
    const name = match.groups?.['name'];
    if (match.index > at) parts.push({ text: source.slice(at, match.index) });
    parts.push(
      name === undefined
        ? { text: match[0].charAt(0) }
        : { placeholder: name.trim(), field: fieldNamed(name.trim()) },
    );
    at = match.index + match[0].length;
  }
  if (at < source.length) parts.push({ text: source.slice(at) });
  return parts;
}

/** Whether a brace opens or closes nothing: most likely a slip, and the text would have it word for word. */
export const hasLoneBrace = (source: string): boolean => /[{}]/u.test(source.replaceAll(PLACEHOLDER, ''));

/** Names in braces. */
export const placeholdersOf = (template: Template): string[] =>
  template.flatMap((part) => ('placeholder' in part ? [part.placeholder] : []));

/** Whether it says the same of every alert. */
export const isLiteral = (template: Template): boolean => placeholdersOf(template).length === 0;

/** The text, and which of its placeholders are empty. A group goes before a field of the same name. */
export function expanded(
  template: Template,
  found: Found,
  value: (field: Field) => string,
): { text: string; empty: string[] } {
  const empty: string[] = [];
  const text = template.map((part) => {
    if ('text' in part) return part.text;
    const said = groupIn(found, part.placeholder) ?? (part.field === null ? '' : value(part.field));
    if (said.trim() === '') empty.push(`{${part.placeholder}}`);
    return said.trim();
  });
  return { text: text.join(''), empty };
}

function groupIn({ groups, named }: Found, name: string): string | undefined {
  if (/^\d{1,2}$/u.test(name)) return groups[Number(name)] ?? '';
  return Object.hasOwn(named, name) ? named[name] : undefined;
}
