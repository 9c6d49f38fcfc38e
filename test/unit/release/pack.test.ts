import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pack } from '../../../release/pack.ts';

const execute = promisify(execFile);
const COMMIT_AT_SECONDS = 1_767_225_600;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-pack-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The same two files, made in this order, at another time, by somebody with other habits. */
async function tree(where: string, order: string[], mode: number, atSeconds: number): Promise<string> {
  const top = join(dir, where, 'relay-1.0.0');
  await mkdir(join(top, 'bin'), { recursive: true });
  for (const name of order) {
    await writeFile(join(top, name), name);
    await utimes(join(top, name), atSeconds, atSeconds);
  }
  await chmod(join(top, 'bin/relay'), mode);
  return top;
}

describe('a release is packed', () => {
  test('to the same bytes, whenever, by whom and in which order its files were made', async () => {
    const one = await tree('one', ['a', 'bin/relay'], 0o755, 1_000_000_000);
    const other = await tree('other', ['bin/relay', 'a'], 0o700, 1_500_000_000);
    const first = await pack(one, join(dir, 'one.tar.gz'), COMMIT_AT_SECONDS);
    const second = await pack(other, join(dir, 'other.tar.gz'), COMMIT_AT_SECONDS);
    expect(second.sha256).toBe(first.sha256);
    await writeFile(join(other, 'a'), 'changed');
    expect((await pack(other, join(dir, 'other.tar.gz'), COMMIT_AT_SECONDS)).sha256).not.toBe(first.sha256);
  });

  test("as root's, readable by all, writable by its owner, beside its checksum", async () => {
    const top = await tree('one', ['bin/relay', 'a'], 0o700, 1_000_000_000);
    const file = join(dir, 'relay.tar.gz');
    const packed = await pack(top, file, COMMIT_AT_SECONDS);
    const { stdout } = await execute('tar', ['-tvzf', file, '--numeric-owner'], { env: { TZ: 'UTC' } });
    expect(stdout).toMatch(/^-rwxr-xr-x 0\/0 +\d+ 2026-01-01 00:00 relay-1\.0\.0\/bin\/relay$/mu);
    expect(stdout).toMatch(/^-rw-r--r-- 0\/0 +\d+ 2026-01-01 00:00 relay-1\.0\.0\/a$/mu);
    await execute('sha256sum', ['--check', '--strict', 'relay.tar.gz.sha256'], { cwd: dir });
    expect(packed.sizeBytes).toBe((await readFile(file)).length);
  });

  test('whole or not at all', async () => {
    const file = join(dir, 'relay.tar.gz');
    await expect(pack(join(dir, 'nowhere'), file, COMMIT_AT_SECONDS)).rejects.toThrow(/tar ended with 2/u);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(`${file}.new`)).toBe(false);
  });
});
