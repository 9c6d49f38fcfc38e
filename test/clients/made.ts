/** The clients of other tools, fetched and built once for this clone: packages of PyPI in a place of their own, one Go program. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../release/run.ts';

const HERE = import.meta.dirname;
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/clients', import.meta.url));

/** How a client is started. */
export interface Made {
  program: string;
  args: string[];
}

/** In a virtual environment, its packages checked by their hashes. Rejects with what pip said. */
export async function pythonClients(): Promise<Made> {
  const requirements = join(HERE, 'python/requirements.txt');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const folder = join(CACHE, 'python');
  const stamp = join(folder, 'made-of');
  const program = join(folder, 'bin/python');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(CACHE, { recursive: true });
    await run('python3', ['-m', 'venv', folder]);
    const quietly = ['-q', '--disable-pip-version-check', '--no-input'];
    await run(program, [
      '-m',
      'pip',
      'install',
      ...quietly,
      '--require-hashes',
      '--no-deps',
      '-r',
      requirements,
    ]);
    // Last: what was cut off half-way is made again.
    writeFileSync(stamp, wanted);
  }
  return { program, args: [join(HERE, 'python/clients.py')] };
}

/** Built from its source, its modules checked by go.sum. Rejects with what Go said. */
export async function goClients(): Promise<Made> {
  mkdirSync(CACHE, { recursive: true });
  const program = join(CACHE, 'go-clients');
  const env = {
    ...process.env,
    GOCACHE: join(CACHE, 'go-build'),
    GOMODCACHE: join(CACHE, 'go-modules'),
    // Else `npm ci` couldn't remove them.
    GOFLAGS: `${process.env['GOFLAGS'] ?? ''} -modcacherw`.trim(),
    GOTOOLCHAIN: 'local',
  };
  await run('go', ['build', '-buildvcs=false', '-o', program, '.'], { cwd: join(HERE, 'go'), env });
  return { program, args: [] };
}
