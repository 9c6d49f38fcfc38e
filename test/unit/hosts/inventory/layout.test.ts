import { describe, expect, test } from 'vitest';
import { layoutFindings } from '../../../../src/relay/hosts/inventory/layout.ts';
import { copiesOf } from '../../../../src/relay/hosts/components/cassandra/nodes.ts';
import { inventoryFindings, inventoryOf } from '../../../../src/relay/hosts/inventory/read.ts';
import { FILE, FIVE, hostsAt, problems, read } from './inventory-text.ts';

describe('the layout of a cluster', () => {
  test('two hosts at two providers and one at a third are what the promise is made for', () => {
    const { hosts } = read();
    expect(layoutFindings(hosts)).toEqual([]);
    expect(copiesOf({ hosts })).toEqual({ 'dc-a': 2, 'dc-b': 2, 'dc-c': 1 });
  });

  test('three hosts at three providers are taken, and what they outlive is said', () => {
    const inventory = read('', hostsAt('a b c'));
    expect(copiesOf(inventory)).toEqual({ 'dc-a': 1, 'dc-b': 1, 'dc-c': 1 });
    expect(inventoryFindings(inventory)).toMatchObject([
      { host: null, level: 'note', what: expect.stringContaining('go on without any one of them') },
    ]);
  });

  test.each([
    ['a', 'got one', 'relay init --systemd'],
    ['a a', 'without a 0 of 2 would be left', 'add 3 hosts'],
    ['a b', 'without a 1 of 2 would be left, and a majority is 2', 'add 3 hosts'],
    ['a a b', 'without a 1 of 3 would be left, and a majority is 2', 'add 2 hosts'],
    ['a a b c', 'without a 2 of 4 would be left, and a majority is 3', 'add 1 host,'],
    [
      'a a a b c',
      'without a 2 of 5 would be left, and a majority is 3',
      'move a3 from a to another provider',
    ],
    ['a a a b b', 'without a 2 of 5 would be left', 'move a3 from a to a third provider'],
    ['a a b c d', 'got 2 at a, 1 at b, 1 at c, 1 at d', 'two providers get two hosts each'],
    ['a a b b c c', 'got 2 at a, 2 at b, 2 at c', 'take 1 host out'],
  ])('%s is refused, with why and what to change', (providers, why, cure) => {
    const [problem, ...others] = problems('', hostsAt(providers));
    expect(others).toEqual([]);
    expect(problem).toMatch(/^2: hosts: expected five hosts/u);
    expect(problem).toContain(why);
    expect(problem).toContain(cure);
  });

  test.each(['a a b b', 'a b b c', 'a a b c', 'a b'])(
    'what a host has left (%s) is still read by whoever looks after it, and relay takes its relay.yaml',
    (providers) => {
      const text = Buffer.from(`domain: alerts.example.com\n${hostsAt(providers)}`);
      expect(() => inventoryOf(FILE, text)).toThrow('expected five hosts');
      expect(inventoryOf(FILE, text, true).hosts).toHaveLength(providers.split(' ').length);
    },
  );

  test('mistakes are refused there all the same', () => {
    const text = `domain: alerts.example.com\n${hostsAt('a a b b').replace('name: a2', 'name: a1')}`;
    expect(() => inventoryOf(FILE, Buffer.from(text), true)).toThrow('again');
  });

  test.each([
    ['name', FIVE.replace('name: a2', 'name: a1'), '4: hosts.1.name: expected each once, got "a1" again'],
    ['address', FIVE.replace('198.51.100.2', '198.51.100.1'), '6: hosts.3.address: expected each once'],
    [
      'private address',
      FIVE.replace('10.1.0.2', '10.1.0.1'),
      '4: hosts.1.private: expected each once, got "10.1.0.1" again',
    ],
    [
      'mail name',
      FIVE.replace('198.51.100.1 }', '198.51.100.1, mail: mx.example.com }').replace(
        '203.0.113.1 }',
        '203.0.113.1, mail: mx.example.com }',
      ),
      '7: hosts.4.mail: expected each once',
    ],
  ])('each host has its own %s', (_what, hosts, expected) => {
    expect(problems('', hosts)).toEqual([expect.stringContaining(expected)]);
  });

  test('hosts that could not reach each other are refused', () => {
    expect(problems('', FIVE.replace('203.0.113.1', '"2001:db8::1"'))).toEqual([
      expect.stringContaining(
        '7: hosts.4.address: expected addresses of one kind, got 2001:db8::1 beside 192.0.2.1',
      ),
    ]);
  });

  test('a private address is for both hosts of a provider, or for none', () => {
    expect(problems('', FIVE.replace(', private: 10.1.0.2', ''))).toEqual([
      expect.stringContaining(
        "3: hosts.0.private: expected one for a2 too: a1 alone in a private network of a can't be",
      ),
    ]);
  });

  test('a host that is alone at its provider may have one: it may stand behind NAT', () => {
    expect(
      inventoryFindings(read('', FIVE.replace('203.0.113.1 }', '203.0.113.1, private: 10.0.0.9 }'))),
    ).toEqual([]);
  });

  test('two providers may use the same private addresses', () => {
    const hosts = FIVE.replace('198.51.100.1 }', '198.51.100.1, private: 10.1.0.1 }').replace(
      '198.51.100.2 }',
      '198.51.100.2, private: 10.1.0.2 }',
    );
    expect(inventoryFindings(read('', hosts))).toEqual([]);
  });

  test.each([
    [
      'one network behind two providers',
      FIVE.replace('198.51.100.1 }', '198.51.100.1, network: AS64496 }').replace(
        '203.0.113.1 }',
        '203.0.113.1, network: as64496 }',
      ),
      'c1',
      'b1 at b and c1 at c hang on the same network (as64496)',
    ],
    [
      'one /24 behind two providers',
      FIVE.replace('203.0.113.1', '198.51.100.77'),
      'c1',
      'are in the same network (198.51.100.0/24)',
    ],
    [
      'addresses that nobody outside reaches',
      FIVE.replace('203.0.113.1', '10.9.0.1'),
      null,
      "c1: private addresses, so mail from the internet can't come in there",
    ],
  ])('%s is warned about', (_what, hosts, host, what) => {
    const found = inventoryFindings(read('', hosts));
    expect(found.map(({ level }) => level)).toEqual(found.map(() => 'warn'));
    expect(found).toContainEqual(expect.objectContaining({ host, what: expect.stringContaining(what) }));
  });

  test('one /48 behind two providers is warned about', () => {
    const six = FIVE.replaceAll(/, private: \S+/gu, '')
      .replace('192.0.2.1', '"2001:db8:1::1"')
      .replace('192.0.2.2', '"2001:db8:1::2"')
      .replace('198.51.100.1', '"2001:db8:2::1"')
      .replace('198.51.100.2', '"2001:db8:2::2"');
    expect(inventoryFindings(read('', six.replace('203.0.113.1', '"2001:db8:3::1"')))).toEqual([]);
    expect(inventoryFindings(read('', six.replace('203.0.113.1', '"2001:db8:2:5::1"')))).toContainEqual(
      expect.objectContaining({ host: 'c1', what: expect.stringContaining('2001:db8:2::/48') }),
    );
  });
});
