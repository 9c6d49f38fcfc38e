import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve } from 'node:path';
export const ROOT = resolve(import.meta.dirname, '../..');
const LEFT_OUT = new Set(['node_modules', 'dist', '.git', 'relay-data', '.cache']);
/** Every file below `folder` whose name passes, sorted by path. */
export function filesBelow(folder, wanted) {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.split('/').some((part) => LEFT_OUT.has(part)) && wanted(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}
/**
 * The text without its comments, line for line. Reads like a person who skims: a `//` after a colon is taken for a
 * URL. That can hide the rest of a comment's line from a check, never code.
 */
export function withoutComments(text) {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replace(/(^|[^:'"`\\])\/\/[^\n]*/gm, '$1');
}
/** What a file imports besides types. `import { type A }` counts: with verbatimModuleSyntax it still loads the file. */
export function valueImports(source) {
  const code = withoutComments(source.text);
  const found = [];
  for (const match of code.matchAll(
    /^(?:import|export)\s(type\s)?(?:[^'"`;()=]*?\sfrom\s)?\s*['"]([^'"\n]+)['"]/gm,
  )) {
    if (match[1] === undefined) found.push({ target: resolved(source.path, match[2] ?? ''), dynamic: false });
  }
  for (const match of code.matchAll(/(typeof\s+)?\bimport\(\s*['"]([^'"\n]+)['"]/g)) {
    if (match[1] === undefined) found.push({ target: resolved(source.path, match[2] ?? ''), dynamic: true });
  }
  return found;
}
function resolved(from, specifier) {
  if (!specifier.startsWith('.')) return specifier;
  return normalize(join(dirname(from), specifier)).replaceAll('\\', '/');
}
/** `path:line: what`, for every match of the pattern in the file. */
export function findings(source, pattern, what, text = source.text) {
  const all = new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`);
  return [...text.matchAll(all)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    return `${source.path}:${line}: ${what}: ${match[0].trim()}`;
  });
}
