import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findReleases } from '../../../../src/relay/hosts/apply/tarballs.ts';

let dist: string;
beforeEach(async () => {
  dist = await mkdtemp(join(tmpdir(), 'relay-dist-'));
});
afterEach(() => rm(dist, { recursive: true, force: true }));

const cassandraFor = async (arch: 'x64' | 'arm64', names: readonly string[]): Promise<string> => {
  for (const name of names) await writeFile(join(dist, name), name);
  const release = await findReleases({ relay: null, cassandra: null }, { dist });
  return basename(release('cassandra', arch).path);
};

describe('the tarball of Cassandra that hosts are given', () => {
  test('is the one with Java where the official one of the same version lies beside it', async () => {
    const names = ['apache-cassandra-5.0.9-bin.tar.gz', 'relay-cassandra-5.0.9-linux-x64.tar.gz'];
    expect(await cassandraFor('x64', names)).toBe('relay-cassandra-5.0.9-linux-x64.tar.gz');
    expect(await cassandraFor('arm64', names)).toBe('apache-cassandra-5.0.9-bin.tar.gz');
  });

  test.each([
    ['an empty file', '', 'expected a tarball, got an empty file: make it again with npm run release'],
    ['no file', null, 'no such file'],
  ])('is refused with where cluster.yaml names it when it is %s', async (_what, content, expected) => {
    const path = join(dist, 'relay-0.1.0-linux-x64.tar.gz');
    if (content !== null) await writeFile(path, content);
    const named = { relay: path, cassandra: null };
    const found = findReleases(named, { dist, namedAt: { [path]: 'cluster.yaml:9: releases.relay' } });
    await expect(found).rejects.toThrow(`cluster.yaml:9: releases.relay: ${path}: ${expected}`);
  });

  test('is the newest, whoever made it', async () => {
    const names = ['apache-cassandra-5.0.10-bin.tar.gz', 'relay-cassandra-5.0.9-linux-x64.tar.gz'];
    expect(await cassandraFor('x64', names)).toBe('apache-cassandra-5.0.10-bin.tar.gz');
  });
});
