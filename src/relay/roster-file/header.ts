/**
 * The line `# version: 12` of a text: the version it was exported from. Whoever applies the text has seen that version
 * and no later one.
 */
const VERSION_LINE = /^(\uFEFF?#[ \t]*version:[ \t]*)(\d{1,15})[ \t]*$/m;

/** Where the schema stands that editors complete by. */
export const SCHEMA_LINE = '# yaml-language-server: $schema=./roster.schema.json';

/** null: the text doesn't say. */
export function versionIn(text: string): number | null {
  const digits = VERSION_LINE.exec(text)?.[2];
  return digits === undefined ? null : Number(digits);
}

/** The text with another version in its line; without such a line it stays as it is. */
export const withVersion = (text: string, version: number): string =>
  text.replace(VERSION_LINE, (_line, before: string) => `${before}${version}`);

/** What a text begins with that was never written by hand. */
export const headerFor = (version: number): string =>
  `${SCHEMA_LINE}\n# version: ${version}\n# The version that this was exported from: an edit on top of an older one is refused.\n\n`;
