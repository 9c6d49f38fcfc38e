/** Markup out of templates: whatever comes from outside is text there, whatever it says. Pure. */

/** Markup that is safe as it stands: made by `markup` only. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[] | null;

/** What is put in becomes text, also within attributes in double quotes; null is nothing. */
export function markup(parts: TemplateStringsArray, ...values: Value[]): Markup {
  const out = parts.map((part, index) => part + (index < values.length ? shown(values[index] ?? null) : ''));
  return new Markup(out.join(''));
}

function shown(value: Value): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return value.map((one) => one.text).join('');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Neither markup nor what turns the writing direction, nor a control character but the line break. */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, ' ')
    .replace(/[&<>"'`]/g, (char) => ENTITIES[char] ?? '');

/** At most so many characters, the last of them `…` where something is missing. */
export function cut(text: string, length: number): string {
  const chars = [...text];
  return chars.length <= length ? text : `${chars.slice(0, length - 1).join('')}…`;
}
