import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { renderCluster } from '../../../src/cli/render/cluster.ts';
import { widthFor, widthOf } from '../../../src/cli/render/layout.ts';
import { migratedText } from '../../../src/cli/render/migrated.ts';
import { styleFor } from '../../../src/cli/render/style.ts';
import { judge } from '../../../src/relay/cluster/judge.ts';
import { cluster, standIn } from '../api/stand-in.ts';
import type { StandIn, StandInOptions } from '../api/stand-in.ts';
import { NOW_MS, dead, five, says, silent, spooled } from '../cluster/five-hosts.ts';
import { runQuick } from './run-quick.ts';

const terminal = { tty: true, columns: 80, env: {} };
const pipe = { tty: false, columns: 80, env: {} };
const views = {
  'all well': judge(five()),
  'a dead host': judge(five({ hosts: { a2: dead }, down: ['a2'] })),
  'no quorum': judge(
    five({
      hosts: { a1: { info: says({ mode: 'alone', ...spooled(4, 4) }) }, a2: silent, b1: silent, b2: silent },
      down: ['a2', 'b1', 'b2'],
      facts: { noQuorumForMs: 130_000, lag: null },
    }),
  ),
  'one machine': cluster(),
};

describe.each(Object.entries(views))('%s', (_name, found) => {
  const on = (io: typeof terminal) => renderCluster(found, styleFor(io), widthFor(io), NOW_MS);

  test('fits a terminal of 80 columns, with colours there alone', () => {
    for (const line of stripVTControlCharacters(on(terminal)).split('\n')) {
      expect(widthOf(line), line).toBeLessThanOrEqual(80);
    }
    expect(on(terminal)).not.toBe(stripVTControlCharacters(on(terminal)));
    expect(on(pipe)).toBe(stripVTControlCharacters(on(pipe)));
    expect(on(pipe)).not.toMatch(/[ \t]\n/);
  });

  test('begins with the verdict', () => {
    expect(on(pipe).split('\n')[0]).toBe(found.text);
  });
});

test('a dead host and its node, as a pipe gets it', () => {
  const text = renderCluster(views['a dead host'], styleFor(pipe), null, NOW_MS);
  expect(text).toBe(`4 of 5 hosts live, with a quorum: a2 is dead.
Survives the loss of one more node: yes; of one more datacenter: no.

HOST  DC    STATE       SHARDS  CLOCK      SPOOL  ROSTER  CANARY
a1*   dc-a  live 1 d    4       -3 ±21 ms  empty  12      21 s
a2    dc-a  dead 3 min  0       -          -      12      -
b1    dc-b  live 1 d    3       -3 ±21 ms  empty  12      21 s
b2    dc-b  live 1 d    3       -3 ±21 ms  empty  12      21 s
c1    dc-c  live 1 d    3       -3 ±21 ms  empty  12      21 s

DATACENTER  HOSTS LIVE  NODES UP  COPIES
dc-a        1 of 2      1 of 2    2
dc-b        2 of 2      2 of 2    2
dc-c        1 of 1      1 of 1    1

lag    2 inputs undone, oldest 0 s; 40 timers
spool  nothing waits; 15 of their own inputs and 5 copies for others on disks

Broken (2):
  - a2 gives no sign of life for 3 min; the others do its work
    -> on a2: systemctl status relay, journalctl -u relay
  - 1 node of Cassandra is down: 192.0.2.2:9042 in dc-a
    -> there: systemctl status cassandra, and its system.log; from any other node: nodetool status
`);
});

test('versions are shown where they differ', () => {
  const found = judge(five({ hosts: { b1: { info: says({ version: '0.0.9' }) } } }));
  const text = renderCluster(found, styleFor(pipe), null, NOW_MS);
  expect(text).toMatch(/CANARY {2}VERSION\n/);
  expect(text).toMatch(/^b1 .* 0\.0\.9$/m);
});

describe('relay cluster status', () => {
  let relay: StandIn | null = null;
  afterEach(async () => relay?.close());
  const run = async (options: StandInOptions, values = {}) => {
    relay = await standIn(options);
    return runQuick(relay, 'cluster-status', [], values);
  };

  test('exits with 0 while nothing is broken, also on one machine', async () => {
    expect(await run({ cluster: views['all well'] })).toMatchObject({ exit: 0, err: '' });
    await relay?.close();
    const alone = await run({});
    expect(alone).toMatchObject({ exit: 0, out: expect.stringMatching(/^One machine, no cluster: /) });
  });

  test.each(['a dead host', 'no quorum'] as const)('exits with 1: %s', async (name) => {
    expect((await run({ cluster: views[name] })).exit).toBe(1);
  });

  test('--json is all that is known', async () => {
    const ran = await run({ cluster: views['no quorum'] }, { json: true });
    expect(ran.json()).toEqual(views['no quorum']);
  });

  test('with no daemon it exits with 3, and says what can be found without it', async () => {
    relay = await standIn();
    await relay.api.close();
    const ran = await runQuick(relay, 'cluster-status');
    expect(ran).toMatchObject({
      exit: 3,
      out: expect.stringMatching(/^One machine, no cluster: everything is in sqlite:/),
      err: expect.stringContaining('no daemon answers here; looking at the store without it'),
    });
  });
});

describe('the end of relay store migrate', () => {
  const nothing = { store: 'cassandra: keyspace relay', applied: [], toDo: [], stood: [], notes: [] };

  test.each([
    [
      { ...nothing, applied: ['1 journal', '2 more'] },
      false,
      'cassandra: keyspace relay: 2 steps applied; the schema is up to date.\n',
    ],
    [
      { ...nothing, stood: ['1 journal'] },
      false,
      'cassandra: keyspace relay: the schema is up to date (1 journal).\n',
    ],
    [
      { ...nothing, toDo: ['keyspace relay with dc-a: 2'], notes: ['down at present: 192.0.2.1'] },
      true,
      'cassandra: keyspace relay: to be done:\n  keyspace relay with dc-a: 2\nNothing was changed. To do it: relay store migrate\n! down at present: 192.0.2.1\n',
    ],
  ])('%j', (done, dryRun, text) => {
    expect(migratedText(done, dryRun)).toBe(text);
  });
});
