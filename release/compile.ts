/** From src/ to JavaScript: Node strips no types under node_modules, and a host shouldn't spend time on it anywhere. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { run } from './run.ts';

/**
 * Compiles `root`/src into `to`, and copies what else lies there and is no document. Rejects with the compiler's words
 * when the types are wrong, and when a specifier was left that leads to a .ts file.
 */
export async function compile(root: string, to: string): Promise<void> {
  const project = join(root, 'release/tsconfig.json');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '--project', project, '--outDir', to]);
  const source = join(root, 'src');
  for (const path of await filesBelow(source)) {
    if (/\.(?:ts|md)$/u.test(path)) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(join(source, path), join(to, path));
  }
  await checkSpecifiers(to);
}

/** The compiler writes `./x.js` for `./x.ts` wherever it is sure; what it left would end a host's daemon at night. */
async function checkSpecifiers(folder: string): Promise<void> {
  const left: string[] = [];
  for (const path of await filesBelow(folder)) {
    if (!path.endsWith('.js')) continue;
    const text = await readFile(join(folder, path), 'utf8');
    for (const [, specifier = ''] of text.matchAll(
      /(?:\bfrom\s*|\bimport\s*\(?\s*)['"](\.{1,2}\/[^'"]*)['"]/gu,
    )) {
      if (!existsSync(join(folder, dirname(path), specifier))) left.push(`${path}: ${specifier}`);
    }
  }
  if (left.length > 0) throw new Error(`compiled code imports what isn't there:\n${left.join('\n')}`);
}

/** Has the compiled code call itself `version`. Rejects when it can't find where it does. */
export async function nameVersion(compiled: string, version: string): Promise<void> {
  const path = join(compiled, 'relay/version.js');
  const text = await readFile(path, 'utf8');
  const named = text.replace(/VERSION = '[^']*'/u, () => `VERSION = '${version}'`);
  if (!named.includes(`VERSION = '${version}'`)) throw new Error(`${path} names no VERSION`);
  await writeFile(path, named);
}

/** Every file below, as a path relative to `folder`, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
