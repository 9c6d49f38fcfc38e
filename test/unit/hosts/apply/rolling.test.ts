import { describe, expect, test } from 'vitest';
import { type Health, notSafe, notWell } from '../../../../src/relay/hosts/apply/health.ts';
import {
  olderAmong,
  roll,
  RollError,
  type Roller,
  type Step,
  stepsBack,
  stepsTo,
} from '../../../../src/relay/hosts/apply/rolling.ts';
import { compareVersions } from '../../../../src/relay/hosts/apply/tarballs.ts';
import { HostError } from '../../../../src/relay/hosts/ssh/port.ts';
import { silent } from './one-host.ts';

const steps: Step[] = ['a1', 'b1', 'c1'].map((host) => ({ host, from: '0.1.0', to: '0.2.0' }));

/** Hosts that remember what they run; `bad` says who isn't well with what. */
function cluster(bad: (host: string, version: string) => boolean): { roller: Roller; did: string[] } {
  const did: string[] = [];
  return {
    did,
    roller: {
      notSafe: async () => null,
      change: async (host, version) => void did.push(`${host} ${version}`),
      isWell: async (host, version) => {
        if (bad(host, version)) throw new HostError(host, 'wait', null, '/readyz says 503');
      },
    },
  };
}

const rolled = async (roller: Roller): Promise<unknown> => roll(steps, roller, silent, () => 0);

describe('another release, host by host', () => {
  test('each is changed and well before the next', async () => {
    const { roller, did } = cluster(() => false);
    await rolled(roller);
    expect(did).toEqual(['a1 0.2.0', 'b1 0.2.0', 'c1 0.2.0']);
  });

  test('the first that is not well goes back, and the rest is left alone', async () => {
    const { roller, did } = cluster((host, version) => host === 'b1' && version === '0.2.0');
    const failed = await rolled(roller).catch((error: unknown) => error);
    expect(did).toEqual(['a1 0.2.0', 'b1 0.2.0', 'b1 0.1.0']);
    expect(failed).toBeInstanceOf(RollError);
    expect(failed).toMatchObject({ host: 'b1', done: ['a1'], untouched: ['c1'] });
    expect(String(failed)).toContain(
      'b1 is not well with 0.2.0: /readyz says 503; it is back on 0.1.0 and well',
    );
  });

  test('one that is not well after going back either is said to be so', async () => {
    const { roller } = cluster((host) => host === 'a1');
    await expect(rolled(roller)).rejects.toThrow(
      "it went back to 0.1.0 and isn't well either: /readyz says 503",
    );
  });

  test('no host is taken down while another is missing', async () => {
    const { roller, did } = cluster(() => false);
    roller.notSafe = async (host) => (host === 'b1' ? 'relay on c1 is failed' : null);
    await expect(rolled(roller)).rejects.toThrow('not now: relay on c1 is failed');
    expect(did).toEqual(['a1 0.2.0']);
  });
});

describe('which hosts change', () => {
  test('those that run another release, so that an upgrade that was stopped goes on', () => {
    const found = [
      { host: 'a1', current: '0.2.0' },
      { host: 'b1', current: '0.1.0' },
      { host: 'c1', current: null },
    ];
    expect(stepsTo('0.2.0', found)).toEqual([{ host: 'b1', from: '0.1.0', to: '0.2.0' }]);
  });

  test('one whose new release is linked but was never started is changed too', () => {
    const linked = { host: 'a1', current: '0.2.0', previous: '0.1.0', runs: '0.1.0' };
    const done = { host: 'b1', current: '0.2.0', previous: '0.1.0', runs: '0.2.0' };
    expect(stepsTo('0.2.0', [linked, done])).toEqual([{ host: 'a1', from: '0.1.0', to: '0.2.0' }]);
    const back = { host: 'c1', current: '0.1.0', previous: '0.2.0', runs: '0.2.0' };
    expect(stepsBack([linked, done, back], compareVersions)).toEqual([
      { host: 'b1', from: '0.2.0', to: '0.1.0' },
      { host: 'c1', from: '0.2.0', to: '0.1.0' },
    ]);
  });

  test('a step to an older release is seen as one', () => {
    const to = (version: string) => [{ host: 'a1', from: '0.10.0', to: version }];
    expect(olderAmong(to('0.9.0'), compareVersions)).toMatchObject({ host: 'a1' });
    expect(olderAmong(to('0.11.0'), compareVersions)).toBeNull();
  });

  test('a second rollback does not go forward to the release that the first one left', () => {
    const back = { host: 'a1', current: '0.1.0', previous: '0.2.0' };
    expect(stepsBack([back], compareVersions)).toBeNull();
  });

  test('a rollback takes back those that run the newest, and leaves those alone that never did', () => {
    const found = [
      { host: 'a1', current: '0.10.0', previous: '0.9.0' },
      { host: 'b1', current: '0.9.0', previous: '0.10.0' },
      { host: 'c1', current: '0.9.0', previous: '0.8.0' },
    ];
    expect(stepsBack(found, compareVersions)).toEqual([{ host: 'a1', from: '0.10.0', to: '0.9.0' }]);
  });

  test('where there is nothing before, or not the same, nobody goes back', () => {
    const one = (host: string, previous: string | null) => ({ host, current: '0.2.0', previous });
    expect(stepsBack([one('a1', null)], compareVersions)).toBeNull();
    expect(stepsBack([one('a1', '0.1.0'), one('b1', '0.1.1')], compareVersions)).toBeNull();
  });

  test('versions are compared number by number', () => {
    const sorted = ['1.0.0', '0.9.0', '0.10.0', '1.0.0-rc.1'].toSorted(compareVersions);
    expect(sorted).toEqual(['0.9.0', '0.10.0', '1.0.0-rc.1', '1.0.0']);
  });
});

type Seen = NonNullable<Health['told']>['hosts'][number];

const seen = (change: Partial<Seen> = {}): Seen => ({
  name: 'a1',
  state: 'live',
  version: '0.2.0',
  life: 'new',
  mode: 'together',
  canaryAgeSeconds: 3,
  ...change,
});

const health = (change: Partial<Seen> = {}, more: Partial<Health> = {}): Health => ({
  active: 'active',
  ready: '200 ready',
  told: { hosts: [seen(change)] },
  ...more,
});

describe('when a host is well with its new release', () => {
  const expected = { host: 'a1', version: '0.2.0', lifeBefore: 'old', canary: true };
  const why = (own: Health, peer: Health | null = health()): string | null =>
    notWell(expected, own, new Map([['b1', peer]]));

  test('it is, when it, the others and a test input say so', () => {
    expect(why(health())).toBeNull();
    expect(why(health(), null)).toBeNull();
  });

  test.each([
    ['relay.service is failed', health({}, { active: 'failed' })],
    ['/readyz says 503', health({}, { ready: '503 not yet' })],
    ['says nothing of it', health({}, { told: null })],
    ['it runs 0.1.0, not 0.2.0', health({ version: '0.1.0' })],
    ['still the process from before', health({ life: 'old' })],
    ['it is alone, not together', health({ mode: 'alone' })],
    ['no test input', health({ canaryAgeSeconds: null })],
  ])('not yet: %s', (words, own) => {
    expect(why(own)).toContain(words);
  });

  test('not while another host sees it otherwise', () => {
    expect(why(health(), health({ state: 'dead' }))).toBe('b1 sees it as dead');
    expect(why(health(), health({ life: 'old' }))).toContain('still speaks of the process from before');
  });

  test('no host goes while another is not ready', () => {
    const healths = new Map([
      ['a1', health({}, { active: 'failed' })],
      ['b1', health()],
      ['c1', health({}, { ready: '503 no quorum' })],
    ]);
    expect(notSafe('a1', healths)).toBe("relay on c1 isn't ready: 503 no quorum");
    healths.delete('c1');
    expect(notSafe('a1', healths)).toBeNull();
  });
});
