import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layoutProblems, removeFromFile } from '../../../../src/relay/hosts/apply/without.ts';
import type { HostSpec } from '../../../../src/relay/hosts/types.ts';
import { hostOf } from '../ssh/rig.ts';

const TEXT = `# Our pager.
name: pager
hosts:
  - name: a1 # the old one
    provider: a
    address: 192.0.2.1
  - { name: b1, provider: b, address: 192.0.2.2 }
domain: alerts.example.com
`;

describe('a host leaves cluster.yaml', () => {
  test('and the rest of it, comments included, stays', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relay-without-'));
    try {
      const path = join(folder, 'cluster.yaml');
      await writeFile(path, TEXT, { mode: 0o640 });
      expect(await removeFromFile(path, 'b1')).toBe(true);
      expect(await readFile(path, 'utf8')).toBe(TEXT.replace(/ {2}- \{ name: b1.*\n/u, ''));
      expect((await stat(path)).mode & 0o777).toBe(0o640);
      expect(await removeFromFile(path, 'b1')).toBe(false);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('unless those that stay would be no layout to live with', () => {
    const host = (name: string, provider: string, at: number): HostSpec => ({
      ...hostOf({}),
      name,
      provider,
      datacenter: `dc-${provider}`,
      address: `192.0.2.${at}`,
    });
    const five = [
      host('a1', 'a', 1),
      host('a2', 'a', 2),
      host('b1', 'b', 3),
      host('b2', 'b', 4),
      host('c1', 'c', 5),
    ];
    expect(layoutProblems(five)).toEqual([]);
    expect(layoutProblems(five.slice(0, 4))).not.toEqual([]);
  });
});
