import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { called } from '../../../src/cli/called.ts';

let dir: string;
let own: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-called-'));
  for (const folder of ['a checkout/bin', 'checkout/bin', 'bin', 'other']) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  own = join(dir, 'checkout/bin/relay');
  for (const file of [own, join(dir, 'a checkout/bin/relay'), join(dir, 'other/relay')])
    await writeFile(file, '');
  await symlink(own, join(dir, 'bin/relay'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const path = (...folders: string[]): NodeJS.ProcessEnv => ({
  PATH: folders.map((folder) => join(dir, folder)).join(':'),
});

describe('what a person is told to type', () => {
  test('is relay where that is this one', () => {
    expect(called(path('nowhere', 'bin', 'other'), dir, own)).toBe('relay');
  });

  test('is the way to it from here where relay is nothing, or another one', () => {
    expect(called({}, join(dir, 'checkout'), own)).toBe('./bin/relay');
    expect(called(path('other', 'bin'), join(dir, 'checkout'), own)).toBe('./bin/relay');
  });

  test('is the whole path from elsewhere, in quotes where a shell needs them', () => {
    expect(called({}, join(dir, 'other'), own)).toBe(own);
    const odd = join(dir, 'a checkout/bin/relay');
    expect(called({}, join(dir, 'other'), odd)).toBe(`'${odd}'`);
  });
});
