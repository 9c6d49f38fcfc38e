import { describe, expect, test } from 'vitest';
import { requirementFindings } from '../../../../src/relay/hosts/inventory/requirements.ts';
import type { Facts } from '../../../../src/relay/hosts/types.ts';
import { BARE, read } from './inventory-text.ts';

const NAMES = ['a1', 'a2', 'b1', 'b2', 'c1'];
const inventory = read();

/** What is said of c1 when it is so, and everything else is as wanted. */
const of = (change: Partial<Facts>) =>
  requirementFindings(
    inventory,
    new Map(NAMES.map((name) => [name, name === 'c1' ? { ...BARE, ...change } : BARE])),
  );

const running = (unit: string): Facts['units'] => ({
  [unit]: { active: true, enabled: true, startedWith: null },
});

describe('what a host must be', () => {
  test('a bare Debian host with 4 GB has everything', () => {
    expect(of({})).toEqual([]);
    expect(of({ os: { id: 'debian', version: '13' }, arch: 'arm64' })).toEqual([]);
  });

  test.each<[string, Partial<Facts>, 'refuse' | 'warn', string, string]>([
    [
      'an older Debian',
      { os: { id: 'debian', version: '11' } },
      'refuse',
      'expected Debian 12 or 13, got debian 11',
      'upgrade',
    ],
    [
      'another system',
      { os: { id: 'ubuntu', version: '24.04' } },
      'refuse',
      'got ubuntu 24.04',
      'install Debian',
    ],
    ['another processor', { arch: 'other' }, 'refuse', 'x64, arm64', 'another machine'],
    [
      '1 GB of memory',
      { memoryMb: 980 },
      'refuse',
      '980 MB of memory: Cassandra needs 2 GB',
      'relay init --systemd',
    ],
    ['2 GB of memory', { memoryMb: 1_930 }, 'warn', '1930 MB of memory', '4 GB'],
    ['a full disk', { diskFreeMb: 900 }, 'refuse', '900 MB free', 'apt-get clean'],
    ['a disk that fills up', { diskFreeMb: 4_000 }, 'warn', '4000 MB free', 'larger disk'],
    ['a clock that is ahead', { clockOffsetMs: 61_000 }, 'refuse', 'its clock is 61.0 s ahead', 'set it'],
    ['a clock that is behind', { clockOffsetMs: -1_200 }, 'refuse', 'its clock is 1.2 s behind', 'set it'],
    ['a clock that drifts', { clockOffsetMs: -180 }, 'warn', 'its clock is 180 ms behind', 'chrony'],
    [
      'a host behind NAT',
      { addresses: ['127.0.0.1', '10.5.0.7'] },
      'refuse',
      'its address 203.0.113.1 is on none of its interfaces (it has 127.0.0.1, 10.5.0.7)',
      'write the one that it has itself as private',
    ],
    [
      'exim on port 25',
      { listening: ['tcp 127.0.0.1:25 exim4'] },
      'refuse',
      'port 25 is held by exim4',
      'systemctl disable --now exim4',
    ],
    [
      'postfix on port 25',
      { listening: ['tcp 0.0.0.0:25 master', 'tcp [::]:25 master'] },
      'refuse',
      'port 25 is held by master',
      "postconf -e 'relayhost = [127.0.0.1]:25'",
    ],
    [
      'nginx on port 80',
      { listening: ['tcp *:80 nginx'] },
      'refuse',
      'port 80 is held by nginx',
      'systemctl disable --now nginx',
    ],
    [
      'a stranger on port 443',
      { listening: ['tcp 0.0.0.0:443'] },
      'refuse',
      'port 443 is held by another program',
      'sport = :443',
    ],
    [
      'another haproxy',
      { listening: ['tcp 0.0.0.0:443 haproxy'] },
      'refuse',
      'held by haproxy',
      'systemctl stop haproxy',
    ],
    [
      'another Cassandra',
      { listening: ['tcp 192.0.2.1:9042 java'] },
      'refuse',
      'port 9042 is held by java',
      'stop java',
    ],
    [
      'a program where relay listens on loopback',
      { listening: ['tcp 0.0.0.0:8080 java'] },
      'refuse',
      'port 8080',
      'another port',
    ],
  ])('%s is told, with what to do', (_what, facts, level, what, cure) => {
    const found = of(facts);
    expect(found).toEqual([
      { host: 'c1', level, what: expect.stringContaining(what), cure: expect.stringContaining(cure) },
    ]);
  });

  const config = { sha256: '0', mode: 0o640, owner: 'relay', group: 'relay', text: null };

  test('a relay that pages by itself already is not taken over: what it knows would be left behind', () => {
    const files = { '/etc/relay/relay.yaml': config };
    expect(of({ files })).toEqual([
      {
        host: 'c1',
        level: 'refuse',
        what: expect.stringContaining('a relay of its own'),
        cure: expect.stringContaining('once nothing is open'),
      },
    ]);
    expect(of({ files, managed: ['/etc/relay/relay.yaml'] })).toEqual([]);
  });

  test.each<[string, Partial<Facts>]>([
    [
      'haproxy that apply has started',
      { listening: ['tcp *:25 haproxy', 'tcp *:443 haproxy'], units: running('haproxy.service') },
    ],
    [
      'relay that apply has started',
      { listening: ['tcp 127.0.0.1:8080 MainThread', 'tcp *:7391 node'], units: running('relay.service') },
    ],
    [
      'Cassandra that apply has started',
      { listening: ['tcp 203.0.113.1:7000 java'], units: running('relay-cassandra.service') },
    ],
    ['a program on another port', { listening: ['tcp 0.0.0.0:8081 java', 'udp 0.0.0.0:443 caddy'] }],
    ['a program on another address than loopback', { listening: ['tcp 203.0.113.1:8080 java'] }],
    [
      'little room on a host that runs already',
      { diskFreeMb: 30_000, cassandra: { present: ['5.0.5'], current: '5.0.5', previous: null } },
    ],
  ])('%s is nothing to speak of', (_what, facts) => {
    expect(of(facts)).toEqual([]);
  });

  test('a private address must be there', () => {
    const found = (addresses: string[]) =>
      requirementFindings(inventory, new Map([['a1', { ...BARE, addresses }]]));
    expect(found(['10.1.0.1'])).toEqual([]);
    expect(found(['192.0.2.1'])).toMatchObject([
      {
        host: 'a1',
        level: 'refuse',
        what: expect.stringContaining('its private address 10.1.0.1 is on none'),
      },
    ]);
  });

  test('a full disk does not stop the cure of a host that runs already', () => {
    const cassandra = { present: ['5.0.5'], current: '5.0.5', previous: null };
    expect(of({ diskFreeMb: 300, cassandra })).toMatchObject([{ level: 'warn' }]);
  });

  test('when all hosts agree, it is the clock here that is wrong', () => {
    const facts = new Map(NAMES.map((name, index) => [name, { ...BARE, clockOffsetMs: 90_000 + index }]));
    expect(requirementFindings(inventory, facts)).toMatchObject([
      {
        host: null,
        level: 'warn',
        what: expect.stringContaining('the clock of this machine is 90.0 s behind'),
      },
    ]);
  });

  test('refusals come first, and a host that was not asked has none', () => {
    const found = requirementFindings(
      inventory,
      new Map([
        ['a1', { ...BARE, memoryMb: 2_000 }],
        ['b1', { ...BARE, memoryMb: 500 }],
      ]),
    );
    expect(found.map(({ host, level }) => [host, level])).toEqual([
      ['b1', 'refuse'],
      ['a1', 'warn'],
    ]);
  });
});
