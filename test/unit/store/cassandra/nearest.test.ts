/** Which node is asked: the nearest, the same for one aggregate, another when that one says nothing. */
import type { Client, ExecutionOptions, Host, HostMap } from 'cassandra-driver';
import { describe, expect, it } from 'vitest';
import { NearestFirst } from '../../../../src/relay/store/cassandra/nearest.ts';

const DATACENTERS = ['dc-a', 'dc-a', 'dc-b', 'dc-b', 'dc-c'];
const hosts = DATACENTERS.map(
  (datacenter, at) => ({ address: `192.0.2.${at + 1}:9042`, datacenter }) as Host,
);

function policy(localDatacenter: string, nearest: string[] = []): NearestFirst {
  const made = new NearestFirst(localDatacenter, nearest);
  made.init({} as Client, { values: () => hosts } as HostMap, () => {});
  return made;
}

/** Last parts of the addresses, in the order in which they would be asked. */
function plan(of: NearestFirst, key: string | null): string[] {
  const options = { getRoutingKey: () => (key === null ? undefined : Buffer.from(key)) };
  let order: string[] = [];
  of.newQueryPlan('relay', options as unknown as ExecutionOptions, (_, iterator) => {
    order = Iterator.from(iterator)
      .map(({ address }) => address.replace(/^192\.0\.2\.|:9042$/g, ''))
      .toArray();
  });
  return order;
}

const keys = Array.from({ length: 50 }, (_, at) => `i:db/${at}`);

describe('the order in which nodes are asked', () => {
  it('has all of them, this datacenter first', () => {
    for (const key of [...keys, null]) {
      const order = plan(policy('dc-b'), key);
      expect(order.toSorted()).toEqual(['1', '2', '3', '4', '5']);
      expect(order.slice(0, 2).toSorted()).toEqual(['3', '4']);
    }
  });

  it('begins with the same node for the same aggregate, and with different ones for different ones', () => {
    const [one, two] = [policy('dc-a'), policy('dc-a')];
    for (const key of keys) expect(plan(two, key)).toEqual(plan(one, key));
    expect(new Set(keys.map((key) => plan(one, key)[0]))).toEqual(new Set(['1', '2']));
  });

  it("begins with this machine's own node, then goes on with its datacenter", () => {
    for (const key of [...keys, null])
      expect(plan(policy('dc-b', ['192.0.2.4']), key).slice(0, 2)).toEqual(['4', '3']);
  });

  it('has a node that says nothing last, until it answers again', () => {
    const own = policy('dc-b', ['192.0.2.4']);
    own.doubt('192.0.2.4:9042');
    expect(plan(own, 'roster')[0]).toBe('3');
    expect(plan(own, 'roster').at(-1)).toBe('4');
    own.trust('192.0.2.4:9042');
    expect(plan(own, 'roster')[0]).toBe('4');
  });

  it('takes turns for what belongs to no aggregate', () => {
    const one = policy('dc-a');
    expect(new Set(Array.from({ length: 4 }, () => plan(one, null)[0]))).toEqual(new Set(['1', '2']));
  });
});
