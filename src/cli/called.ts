/** How a person calls this relay from where they are: not everybody has it in PATH. */
import { realpathSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { installedRoot } from '../relay/setup/release.ts';

/** `relay`, `./bin/relay` or an absolute path, ready for a shell. `from`: the folder that it is typed in. */
export function called(
  env: NodeJS.ProcessEnv,
  from: string,
  own = join(installedRoot(), 'bin/relay'),
): string {
  const real = realOf(own);
  const [first] = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => realOf(join(folder === '' ? from : folder, 'relay')))
    .filter((found) => found !== null);
  if (first !== undefined && first === real) return 'relay';
  const near = relative(from, own);
  return quoted(near.startsWith('..') ? own : `./${near}`);
}

/** Null: there is none. */
function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

const quoted = (path: string): string =>
  /^[\w./+@-]+$/u.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
