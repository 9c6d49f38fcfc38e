/**
 * Reads YAML of the plainest kind only: two levels of `key: value`, lists, comments, as `relay init` writes it. For
 * anything else it says null and the caller takes the yaml package: it must never read something differently.
 */

/** Text values by `key` or `section.key`; null when the text isn't plain through and through. */
export function plainYaml(text: string): Map<string, string> | null {
  const values = new Map<string, string>();
  let section: string | null = null;
  for (const raw of text.split(/\r?\n/u)) {
    if (/^\s*(?:#.*)?$/u.test(raw)) continue;
    if (/^ +- [\w"'.:/+@-]+\s*(?: #.*)?$/u.test(raw)) continue;
    const match = /^(?<indent> {0,2})(?<key>[a-zA-Z]\w*):(?: +(?<value>.*?))? *$/u.exec(raw);
    const groups = match?.groups;
    if (groups === undefined || groups['indent']?.length === 1) return null;
    const nested = groups['indent'] !== '';
    const key = groups['key'] ?? '';
    const value = scalar(groups['value'] ?? '');
    if (value === null || (nested && section === null)) return null;
    const name: string = nested ? `${section}.${key}` : key;
    if (values.has(name)) return null;
    values.set(name, value);
    // Below a key that has a value nothing may follow; `nested` keys may only hold lists.
    if (!nested) section = value === '' ? key : null;
  }
  return values;
}

/** A list within the line: not text, so never what is looked for. A mapping could hold it, and is yaml's business. */
const FLOW = /^\[[^[\]{}#"'&*!]*\]\s*(?: #.*)?$/u;

/** A value on its own line, without quotes or comment; null for anything that YAML would read in a way of its own. */
function scalar(text: string): string | null {
  if (text === '' || text.startsWith('#')) return '';
  const quoted = /^(?:"(?<double>[^"\\]*)"|'(?<single>[^']*)')\s*(?: #.*)?$/u.exec(text);
  if (quoted !== null) return quoted.groups?.['double'] ?? quoted.groups?.['single'] ?? null;
  const plain =
    /^(?<value>[\w./+~][^#"'`{}[\],&*!|>%@\\]*?(?:@[^#"'`{}[\],&*!|>%@\\ ]*?)?)\s*(?: #.*)?$/u.exec(text);
  const value = plain?.groups?.['value'];
  if (value === undefined || /: |:$/u.test(value)) return FLOW.test(text) ? '' : null;
  // Numbers, true, null: not text to YAML either.
  return /^(?:~|null|true|false|[+.-]?\d[\d.e+-]*)$/iu.test(value) ? '' : value;
}
