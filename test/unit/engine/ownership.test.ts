import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../../src/relay/engine/ownership.ts';
import { ALL_SHARDS } from '../../../src/relay/store/places.ts';

const FIVE = ['a1', 'a2', 'b1', 'b2', 'c1'];
const owners = (hosts: string[]): string[] => ALL_SHARDS.map((shard) => ownerOf(shard, hosts));

describe('who owns a shard', () => {
  it('is the same whoever asks, in whatever order they know the hosts', () => {
    expect(owners([...FIVE].reverse())).toEqual(owners(FIVE));
  });

  it('is shared among all hosts', () => {
    const counts = FIVE.map((host) => owners(FIVE).filter((owner) => owner === host).length);
    expect(Math.min(...counts), JSON.stringify(counts)).toBeGreaterThan(0);
    expect(Math.max(...counts)).toBeLessThanOrEqual(8);
  });

  it('changes only for the shards of a host that goes, and back when it comes again', () => {
    for (const gone of FIVE) {
      const left = FIVE.filter((host) => host !== gone);
      const before = owners(FIVE);
      const after = owners(left);
      for (const shard of ALL_SHARDS) {
        if (before[shard] === gone) expect(left).toContain(after[shard]);
        else expect(after[shard]).toBe(before[shard]);
      }
    }
  });

  it('is somebody only where there is somebody', () => {
    expect(() => ownerOf(0, [])).toThrow('there is none');
    expect(ownerOf(7, ['only'])).toBe('only');
  });
});
