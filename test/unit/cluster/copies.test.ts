import { describe, expect, it } from 'vitest';
import { copiesLeft } from '../../../src/relay/cluster/copies.ts';

/** `a a a! b`: four nodes in dc-a and dc-b, one of them down. */
function left(nodes: string, copies: Record<string, number>) {
  const machines = nodes.split(' ').map((node, index) => ({
    address: `192.0.2.${index + 1}:9042`,
    datacenter: `dc-${node[0]}`,
    up: !node.endsWith('!'),
  }));
  return copiesLeft({ machines, copies, loginCopies: null });
}

const FIVE = { 'dc-a': 2, 'dc-b': 2, 'dc-c': 1 };

describe('the copies that are left', () => {
  it.each([
    ['a a b b c', 5, true, true],
    ['a a! b b c', 4, true, false],
    ['a a b b c!', 4, true, false],
    ['a! a! b b c', 3, false, false],
    ['a! a b! b c', 3, false, false],
    ['a! a! b b c!', 2, false, false],
    ['a! a! b! b! c!', 0, false, false],
  ])('%s: %i are up', (nodes, up, survivesNode, survivesDatacenter) => {
    expect(left(nodes, FIVE)).toEqual({ all: 5, up, needed: 3, survivesNode, survivesDatacenter });
  });

  it('are reckoned for the row that has lost most, where a datacenter has more nodes than copies', () => {
    expect(left('a a a! b b b c c c', { 'dc-a': 1, 'dc-b': 1, 'dc-c': 1 })).toMatchObject({
      up: 2,
      needed: 2,
    });
  });

  it('never count more than there are nodes', () => {
    expect(left('a', { 'dc-a': 3 })).toMatchObject({ all: 3, up: 1, needed: 2 });
  });

  it('are unknown where nobody knows the layout', () => {
    expect(copiesLeft({ machines: [], copies: null, loginCopies: null })).toBeNull();
  });
});
