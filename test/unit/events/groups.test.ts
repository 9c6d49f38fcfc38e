import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grouped, groupedBy } from '../../../src/relay/events/groups.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';

const alert = (more: Partial<AlertEvent> = {}): AlertEvent => ({
  action: 'trigger',
  service: 'k8s',
  dedupKey: 'own',
  severity: 'error',
  summary: 'pod restarts',
  source: 'alertmanager',
  ...more,
});

const keyOf = (groupBy: string[], more: Partial<AlertEvent>): string =>
  grouped({ groupBy }, alert(more)).dedupKey;

describe('alerts of a service that groups', () => {
  it('are members of what they have in common, each under its own key', () => {
    const labels = { cluster: 'eu1', alertname: 'PodRestarts', pod: 'web-1' };
    expect(grouped({ groupBy: ['cluster', 'alertname'] }, alert({ labels }))).toEqual(
      alert({ labels, dedupKey: 'group/cluster=eu1,alertname=PodRestarts', member: 'own' }),
    );
  });

  it.each<[string, string[], Partial<AlertEvent>, string]>([
    ['some of the labels', ['cluster', 'rack'], { labels: { rack: 'r7' } }, 'group/rack=r7'],
    ['a label that says nothing', ['cluster', 'rack'], { labels: { cluster: ' ' } }, 'own'],
    ['none of them', ['cluster'], { labels: { rack: 'r7' } }, 'own'],
    ['no labels at all', ['cluster'], {}, 'own'],
    ['its host', ['host'], { host: 'db1' }, 'group/host=db1'],
    ['its check', ['check'], { check: 'disk' }, 'group/check=disk'],
    ['its source', ['source'], {}, 'group/source=alertmanager'],
    ['a label of that name before its host', ['host'], { host: 'a', labels: { host: 'b' } }, 'group/host=b'],
    ['a name that every object has', ['constructor'], {}, 'own'],
    ['values with commas', ['a'], { labels: { a: 'x,b=y%' } }, 'group/a=x%2Cb=y%25'],
    ['a page by hand', ['source'], { tell: { people: ['ana'], by: 'ben', rosterVersion: 1 } }, 'own'],
    ['news that opens nothing', ['source'], { action: 'none' }, 'own'],
    ['a note about what is open', ['source'], { action: 'none', note: 'seen' }, 'group/source=alertmanager'],
  ])('with %s', (_what, groupBy, more, key) => {
    expect(keyOf(groupBy, more)).toBe(key);
  });

  it('and their recoveries meet in one key', () => {
    const labels = { cluster: 'eu1' };
    const recovery = grouped(
      { groupBy: ['cluster'] },
      alert({ action: 'resolve', labels, severity: 'unknown' }),
    );
    expect(recovery).toMatchObject({ dedupKey: 'group/cluster=eu1', member: 'own' });
  });

  it('have keys within their bounds, and never one for two groups', () => {
    const value = fc.oneof(fc.string({ maxLength: 300 }), fc.constantFrom('a', 'a,b=c', 'c', '%2C', ','));
    const labels = fc.record({ a: value, b: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(labels, labels, (one, other) => {
        const [first, second] = [one, other].map((set) => keyOf(['a', 'b'], { labels: set }));
        const trimmed = ({ a = '', b = '' }: { a?: string; b?: string }): string[] => [a.trim(), b.trim()];
        expect(first?.length).toBeLessThanOrEqual(255);
        expect(first === second).toBe(JSON.stringify(trimmed(one)) === JSON.stringify(trimmed(other)));
      }),
    );
  });
});

describe('alerts of other services', () => {
  it('stay as they are', () => {
    const event = alert({ labels: { cluster: 'eu1' } });
    expect(grouped({}, event)).toBe(event);
    expect(grouped({ groupBy: [] }, event)).toBe(event);
    expect(grouped(undefined, event)).toBe(event);
    const services = [{ id: 'db', policy: 'default', keyHashes: [], groupBy: ['cluster'] }];
    expect(groupedBy({ services }, event)).toBe(event);
    expect(groupedBy({ services }, { ...event, service: 'db' }).member).toBe('own');
  });
});
