/** What a provider's template may name in braces; the configuration refuses anything else. */
export const PLACEHOLDERS = [
  'to',
  'text',
  'subject',
  'id',
  'code',
  'person',
  'incident',
  'severity',
  'service',
  'link',
  'secret',
] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** As they are told to people: `{to} {text} …`. */
export const PLACEHOLDERS_SHOWN = PLACEHOLDERS.map((name) => `{${name}}`).join(' ');

const BRACED = /\{(?<name>[a-zA-Z]\w*)\}/gu;

/** Words in braces, known or not, each once. Other braces, as JSON has them, are plain text. */
export const namedIn = (template: string): string[] => [
  ...new Set([...template.matchAll(BRACED)].map((match) => match.groups?.['name'] ?? '')),
];

/** The template with each placeholder replaced by what `value` gives for it; what isn't one stays as it is. */
export const filled = (template: string, value: (name: Placeholder) => string): string =>
  template.replaceAll(BRACED, (braced, name: string) =>
    (PLACEHOLDERS as readonly string[]).includes(name) ? value(name as Placeholder) : braced,
  );
