import { describe, expect, test } from 'vitest';
import type { HostDesired } from '../../../../src/relay/hosts/plan/desired.ts';
import { sha256Of } from '../../../../src/relay/hosts/plan/file-changes.ts';
import { hostPlan, targetsOf } from '../../../../src/relay/hosts/plan/host-plan.ts';
import { type HostPlan, isDone } from '../../../../src/relay/hosts/plan/types.ts';
import { startedWithOf } from '../../../../src/relay/hosts/plan/unit-changes.ts';
import { PLAIN, planText } from '../../../../src/relay/hosts/plan/words.ts';
import type { DesiredFile, Facts, FoundFile } from '../../../../src/relay/hosts/types.ts';

const CONFIG = '/etc/relay/relay.yaml';
const KEY = '/etc/relay/tls/host.key';
const targets = { relay: '0.2.0', cassandra: '5.0.5' };

const file = (path: string, content: string, secret = false): DesiredFile => ({
  path,
  content,
  mode: 0o640,
  owner: 'root',
  group: 'relay',
  secret,
});

const desired: HostDesired = {
  packages: ['chrony', 'haproxy'],
  users: [{ name: 'relay', home: '/var/lib/relay', groups: ['haproxy'] }],
  groups: ['relay-admin'],
  folders: [{ path: '/etc/relay', mode: 0o750, owner: 'root', group: 'relay' }],
  files: [file(CONFIG, 'a: 1\nb: 2\n'), file(KEY, 'top secret', true)],
  units: [
    {
      name: 'relay.service',
      state: 'started',
      restartsOn: [CONFIG, '/opt/relay/current'],
      reloadsOn: [KEY],
    },
    { name: 'relay-backup.service', state: 'enabled', restartsOn: [], reloadsOn: [] },
  ],
};

const found = (content: string, secret = false): FoundFile => ({
  sha256: sha256Of(content),
  mode: 0o640,
  owner: 'root',
  group: 'relay',
  text: secret ? null : content,
});

const asWanted = (change: Partial<Facts> = {}): Facts => ({
  os: { id: 'debian', version: '12' },
  arch: 'x64',
  cores: 2,
  memoryMb: 4000,
  diskFreeMb: 9000,
  clockOffsetMs: 0,
  packages: { chrony: '4', haproxy: '2.6' },
  users: ['relay'],
  groups: { relay: ['haproxy'] },
  groupNames: ['relay-admin'],
  files: {
    '/etc/relay': { sha256: 'folder', mode: 0o750, owner: 'root', group: 'relay', text: null },
    [CONFIG]: found('a: 1\nb: 2\n'),
    [KEY]: found('top secret', true),
  },
  units: {
    'relay.service': { active: true, enabled: true, startedWith: startedWith() },
    'relay-backup.service': { active: false, enabled: true, startedWith: null },
  },
  relay: { present: ['0.2.0'], current: '0.2.0', previous: null },
  cassandra: { present: ['5.0.5'], current: '5.0.5', previous: null },
  managed: [CONFIG, KEY],
  listening: [],
  firewall: null,
  ...change,
});

function startedWith(): string {
  const [unit] = desired.units;
  if (unit === undefined) throw new Error('there is one');
  return startedWithOf(unit, desired, targets);
}

const planOf = (facts: Facts, wanted = desired): HostPlan =>
  hostPlan({ host: 'a1', facts, desired: wanted, targets, firewall: null });

const text = (plan: HostPlan): string => planText({ hosts: [plan], findings: [] }, PLAIN);

describe('what a plan says', () => {
  test('a host that is as it should be has nothing to do, in one line', () => {
    const plan = planOf(asWanted());
    expect(isDone(plan)).toBe(true);
    expect(text(plan)).toBe('nothing to do: a1 is as cluster.yaml says\n');
  });

  test('where no host answers it says so, and not that all is done', () => {
    const findings = [
      { host: 'a1', level: 'refuse' as const, what: 'could not be looked at: timed out', cure: '' },
    ];
    expect(planText({ hosts: [], findings }, PLAIN)).toBe(
      'refused: a1: could not be looked at: timed out\nno host could be looked at, so nobody knows what there is to do\n',
    );
  });

  test('a changed file is shown as an exact difference, and its unit restarts because of it', () => {
    const plan = planOf(asWanted({ files: { ...asWanted().files, [CONFIG]: found('a: 1\nb: 3\n') } }), {
      ...desired,
      files: [file(CONFIG, 'a: 1\nb: 4\n'), file(KEY, 'top secret', true)],
    });
    expect(plan.files).toMatchObject([
      { path: CONFIG, action: 'change', diff: '@@ -1,2 +1,2 @@\n a: 1\n-b: 3\n+b: 4\n' },
    ]);
    expect(plan.units).toMatchObject([{ name: 'relay.service', action: 'restart', because: [CONFIG] }]);
    expect(text(plan)).toContain('-b: 3');
  });

  test('a file edited by hand on the host is put right, and its unit restarts: it may have read it', () => {
    const plan = planOf(asWanted({ files: { ...asWanted().files, [CONFIG]: found('edited by hand') } }));
    expect(plan.files).toHaveLength(1);
    expect(plan.units).toMatchObject([{ action: 'restart', because: [CONFIG] }]);
  });

  test('a secret changes without a word of it, and means a reload where the unit says so', () => {
    const plan = planOf(asWanted(), {
      ...desired,
      files: [file(CONFIG, 'a: 1\nb: 2\n'), file(KEY, 'newer', true)],
    });
    expect(plan.files).toMatchObject([{ path: KEY, secret: true, diff: null }]);
    expect(plan.units).toMatchObject([{ action: 'reload', because: [KEY] }]);
    expect(JSON.stringify(plan) + text(plan)).not.toMatch(/newer|top secret/u);
  });

  test('passwords and keys that stand in an address are in no plan', () => {
    const before = 'url: https://relay:old@sms.example.com/send?key=0ld&to=1\n';
    const after = 'url: https://relay:new@sms.example.com/send?key=n3w&to=1\n';
    const given = { ...desired, files: [file(CONFIG, after)] };
    const facts = asWanted();
    const plan = planOf({ ...facts, files: { ...facts.files, [CONFIG]: found(before) } }, given);
    const shown = plan.files.find(({ path }) => path === CONFIG)?.diff;
    const line = 'url: https://relay:…@sms.example.com/send?key=…&to=…';
    expect(shown).toBe(`@@ -1,1 +1,1 @@\n-${line}\n+${line}\n`);
  });

  test('access that differs is a change of its own', () => {
    const plan = planOf(
      asWanted({ files: { ...asWanted().files, [KEY]: { ...found('top secret', true), mode: 0o644 } } }),
    );
    expect(plan.files).toMatchObject([
      { path: KEY, access: '0640 root:relay', accessBefore: '0644 root:relay', diff: null },
    ]);
  });

  test('what an earlier apply put there and nobody wants now goes, its unit first', () => {
    const unit = '/etc/systemd/system/relay-old.timer';
    const plan = planOf(
      asWanted({ managed: [CONFIG, KEY, unit], files: { ...asWanted().files, [unit]: found('x') } }),
    );
    expect(plan.files).toMatchObject([{ path: unit, action: 'remove' }]);
    expect(plan.units).toMatchObject([{ name: 'relay-old.timer', action: 'stop' }]);
  });

  test('a bare host wants everything, and its units start', () => {
    const nothing = { present: [], current: null, previous: null };
    const plan = planOf(
      asWanted({
        packages: {},
        users: [],
        groups: {},
        files: {},
        units: {},
        relay: nothing,
        cassandra: nothing,
        managed: [],
      }),
    );
    expect(plan).toMatchObject({
      packages: ['chrony', 'haproxy'],
      users: ['relay'],
      folders: ['/etc/relay'],
      releases: [
        { product: 'relay', bring: true, link: true },
        { product: 'cassandra', bring: true, link: true },
      ],
      units: [
        { name: 'relay.service', action: 'start', startedWith: startedWith() },
        { name: 'relay-backup.service', action: 'enable' },
      ],
    });
    expect(text(plan)).not.toContain('top secret');
  });

  test('a unit that runs with what somebody else started it with is restarted', () => {
    const units = {
      ...asWanted().units,
      'relay.service': { active: true, enabled: true, startedWith: null },
    };
    expect(planOf(asWanted({ units })).units).toMatchObject([{ action: 'restart' }]);
  });

  test('a user who is not in a group yet is seen to', () => {
    expect(planOf(asWanted({ groups: { relay: [] } })).users).toEqual(['relay']);
  });

  test('a host goes on with the release that it runs; one whose release is gone takes the one at hand', () => {
    const chosen = (product: 'relay' | 'cassandra'): string =>
      ({ relay: '0.3.0', cassandra: '5.0.6' })[product];
    expect(targetsOf(asWanted(), chosen)).toEqual(targets);
    expect(targetsOf(asWanted({ relay: { present: [], current: '0.2.0', previous: null } }), chosen)).toEqual(
      {
        relay: '0.3.0',
        cassandra: '5.0.5',
      },
    );
  });
});
