import { describe, expect, it } from 'vitest';
import { infoOf } from '../../../src/relay/cluster/info.ts';
import { judge, oneMachine } from '../../../src/relay/cluster/judge.ts';
import { clusterLine } from '../../../src/relay/cluster/line.ts';
import type { FiveChange } from './five-hosts.ts';
import { NOW_MS, dead, five, says, silent, spooled } from './five-hosts.ts';

const judged = (change: FiveChange = {}) => judge(five(change));
const problems = (change: FiveChange): string[] => judged(change).problems.map(({ text }) => text);

describe('five hosts that are well', () => {
  it('are well, and in one line', () => {
    const found = judged();
    expect(found).toMatchObject({
      verdict: 'well',
      text: 'All 5 hosts live, with a quorum. Nothing is broken.',
      quorum: { has: true, copies: 5, copiesUp: 5, needed: 3, survivesNode: true, survivesDatacenter: true },
      skewMs: 3,
      problems: [],
      notes: [],
    });
    expect(found.hosts.map(({ shards }) => shards).reduce((sum, one) => sum + one)).toBe(16);
    expect(found.hosts[0]).toMatchObject({
      state: 'live',
      clock: { offMs: -2.6, exactMs: 21, trusted: true },
      canaryAgeSeconds: 21,
    });
    expect(clusterLine(found)).toEqual({ text: '5 of 5 hosts, quorum, skew 3 ms, spool empty', ok: true });
  });
});

describe('what is broken is named with its cure', () => {
  it('a host that died with its node', () => {
    const found = judged({ hosts: { a2: dead }, down: ['a2'] });
    expect(found).toMatchObject({
      verdict: 'weakened',
      text: '4 of 5 hosts live, with a quorum: a2 is dead.',
      quorum: { has: true, survivesNode: true, survivesDatacenter: false },
      problems: [
        {
          text: 'a2 gives no sign of life for 3 min; the others do its work',
          cure: 'on a2: systemctl status relay, journalctl -u relay',
        },
        { text: '1 node of Cassandra is down: 192.0.2.2:9042 in dc-a' },
      ],
    });
    expect(found.hosts[1]).toMatchObject({
      state: 'dead',
      since: new Date(NOW_MS - 200_000).toISOString(),
      mode: null,
      clock: null,
    });
    expect(found.datacenters[0]).toEqual({
      name: 'dc-a',
      hosts: 2,
      liveHosts: 1,
      nodes: 2,
      upNodes: 1,
      copies: 2,
    });
    expect(clusterLine(found)).toEqual({
      text: '4 of 5 hosts, quorum, a2 is dead, 1 of 5 nodes down, skew 3 ms, spool empty: see relay cluster status',
      ok: false,
    });
  });

  it('the quorum lost: by the host that was asked, whatever the nodes let one reckon', () => {
    const found = judged({
      hosts: {
        a1: { info: says({ mode: 'alone', ...spooled(4, 1) }) },
        a2: silent,
        b1: silent,
        b2: silent,
        c1: { info: says({ mode: 'alone' }) },
      },
      down: ['a2', 'b1', 'b2'],
      facts: { noQuorumForMs: 130_000, lag: null },
    });
    expect(found.verdict).toBe('no-quorum');
    expect(found.text).toBe(
      'NO QUORUM for 2 min (2 of 5 copies are up, 3 are needed). a1 and c1 page only what is accepted there; other open incidents do not escalate.',
    );
    expect(found.problems.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^there is no quorum/),
      'a2 does not answer (it does not answer)',
      'b1 does not answer (it does not answer)',
      'b2 does not answer (it does not answer)',
      expect.stringMatching(/^3 nodes of Cassandra are down: .*192\.0\.2\.4:9042 in dc-b$/),
      '1 accepted input lies on the disk of a1 alone',
    ]);
    expect(clusterLine(found).text).toMatch(/^NO QUORUM for 2 min, 2 of 5 hosts, a2, b1 and b2 are silent, /);
    const cutOff = judged({ facts: { noQuorumForMs: 9_000 } });
    expect(cutOff).toMatchObject({ verdict: 'no-quorum', quorum: { has: false, copiesUp: 5 } });
  });

  it('a host that lives and can not be called', () => {
    const found = judged({ hosts: { b1: { trouble: 'it does not answer' } } });
    expect(found).toMatchObject({
      verdict: 'weakened',
      text: 'All 5 hosts live, with a quorum, but 1 thing must be seen to.',
      problems: [{ text: "b1 lives, but a1 can't call it (it does not answer)" }],
    });
    expect(clusterLine(found).text).toContain(', b1 out of reach, ');
  });

  it.each<[string, FiveChange, string]>([
    [
      'alone while others have a quorum',
      { hosts: { c1: { info: says({ mode: 'alone' }) } } },
      'c1 has no quorum and pages alone, while others have one',
    ],
    [
      'a clock that is not trusted',
      { hosts: { b2: { info: says({ offMs: 4_200, trusted: false }) } } },
      'the clock of b2 is 4200 ms ahead: its stamps are not trusted, and it leaves work to others',
    ],
    [
      'a host that was never there',
      { hosts: { c1: { ...dead, beatAgoMs: null, info: null } } },
      'c1 has given no sign of life in days',
    ],
    [
      'an input that waits',
      { facts: { lag: { journal: 1, due: 0, oldestSeconds: 300 } } },
      'an accepted input has waited for 5 min',
    ],
    [
      'no canary',
      { hosts: { a1: { info: says({ canary: { ageMs: 600_000 } }) } } },
      'on a1 no test input has come through all stages for 10 min',
    ],
    [
      'a full spool',
      { hosts: { a1: { info: says({ spool: { full: true } }) } } },
      'the spool of a1 is full: alerts that come while the store is away may be refused there',
    ],
  ])('%s', (_what, change, text) => {
    expect(problems(change)).toEqual([text]);
    expect(judged(change).verdict).toBe('weakened');
    expect(clusterLine(judged(change)).ok).toBe(false);
  });

  it('a host that cluster.hosts does not name, and logins in too few copies', () => {
    const facts = five();
    const [first] = facts.hosts;
    if (first === undefined || facts.machines === null) throw new Error('five hosts are five');
    facts.hosts.push({ ...first, name: 'x9', datacenter: '', configured: false });
    facts.machines = { ...facts.machines, loginCopies: { 'dc-a': 1 } };
    expect(judge(facts).problems.map(({ text }) => text)).toEqual([
      'x9 works on this store and is not in cluster.hosts here',
      'logins are kept in fewer copies than data in dc-a, dc-b and dc-c: with their nodes all would be locked out',
    ]);
  });
});

describe('what is worth knowing', () => {
  it('is no reason for alarm', () => {
    const found = judged({
      hosts: {
        b1: { info: says({ rosterVersion: 11, version: '0.0.9' }) },
        c1: { info: says({ offMs: 250 }) },
        a2: { info: says(spooled(3)) },
      },
    });
    expect(found.verdict).toBe('well');
    expect(found.notes).toEqual([
      'not yet at version 12 of the roster: b1; that takes seconds',
      'hosts run different versions: 0.0.9 and 0.1.0',
      'the clock of c1 is 250 ms off: chrony should keep it within 100',
      '3 accepted inputs on disks will go to the store by themselves',
    ]);
    expect(clusterLine(found)).toEqual({
      text: '5 of 5 hosts, quorum, skew 250 ms, 3 in the spool',
      ok: true,
    });
  });
});

describe('without a daemon', () => {
  it('the quorum is reckoned from the nodes', () => {
    const facts = { asked: null, noQuorumForMs: undefined, lag: null };
    expect(judged({ facts }).quorum.has).toBe(true);
    const lost = judged({ facts, down: ['a1', 'a2', 'c1'], hosts: { a1: silent } });
    expect(lost).toMatchObject({ verdict: 'no-quorum', quorum: { has: false, lostForMs: null } });
    expect(judged({ facts: { ...facts, machines: null } })).toMatchObject({
      verdict: 'unknown',
      text: 'Nothing could be found out: no daemon and no node answers.',
    });
  });
});

describe('one machine', () => {
  it('says so in one line', () => {
    const spool = infoOf(spooled(2), NOW_MS)?.spool ?? null;
    const found = oneMachine('pager-1', spool, null, 'sqlite:/var/lib/relay/relay.db');
    expect(found).toMatchObject({
      verdict: 'one-machine',
      text: 'One machine, no cluster: everything is in sqlite:/var/lib/relay/relay.db; 2 inputs wait in the spool.',
      problems: [],
    });
    expect(clusterLine(found)).toEqual({ text: 'one machine, 2 in the spool', ok: true });
  });
});

describe('what another version says of itself', () => {
  it.each([
    [null],
    ['text'],
    [7],
    [[]],
    [{ spool: 'much', offMs: '3', clocks: {}, mode: 'asleep', canary: 1 }],
  ])('%j breaks nothing', (said) => {
    const found = judged({ hosts: { b1: { info: infoOf(said, NOW_MS) } } });
    expect(found.hosts[2]).toMatchObject({ state: 'live', mode: null, clock: null, canaryAgeSeconds: null });
  });
});

describe('a host that was told to end', () => {
  it('is said to be about to, while it is; nothing is broken by it', () => {
    const leaving = judged({ hosts: { b1: { info: says({ leaving: true, version: '0.2.0' }), shards: 0 } } });
    expect(leaving.notes).toEqual([
      'hosts run different versions: 0.1.0 and 0.2.0',
      'b1: about to end, new alerts go to other hosts',
    ]);
    expect(leaving).toMatchObject({ verdict: 'well', problems: [] });
    const gone = judged({ hosts: { b1: { ...dead, info: says({ leaving: true, left: true }) } } });
    expect(gone.notes.join()).not.toContain('about to end');
    expect(gone.verdict).toBe('weakened');
  });
});
