/**
 * The nodes of Cassandra, started and restarted so that a quorum is never lost and nobody joins before those it asks.
 * Judged by what is: cut off anywhere, the next run does the rest.
 */
import { CASSANDRA_FILES } from '../components/cassandra/files.ts';
import { seedsOf } from '../components/cassandra/nodes.ts';
import { cassandraYaml } from '../components/cassandra/yaml.ts';
import { PLACES } from '../places.ts';
import type { UnitChange } from '../plan/types.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import { allSee, takesClients, whoMisses } from './node-state.ts';
import { FORGET_ONCE, putOnce } from './node-once.ts';
import { changeUnit } from './units.ts';
import type { HostWork, WholePhase, Work } from './work.ts';

type Say = (host: string | null, line: string) => void;

const { unit } = PLACES.cassandra;

/** What the plan wants of a host's node; null: nothing. */
const changeOf = ({ plan }: HostWork): UnitChange | null =>
  plan.units.find(({ name, action }) => name === unit && action !== 'stop') ?? null;

/** What holds for its first start only is still there: whoever started it didn't see the end. */
export const isHalfway = ({ facts }: HostWork): boolean =>
  (facts.files[CASSANDRA_FILES.once] ?? null) !== null;

export const nodesUp: WholePhase = {
  name: 'Cassandra',
  wanted: ({ hosts }) => hosts.some((one) => changeOf(one) !== null || isHalfway(one)),
  whole: async (work, say) => {
    const runs = (one: HostWork): boolean => one.facts.units[unit]?.active === true;
    const resting = work.hosts.filter((one) => !runs(one));
    // Before any restart, which would be the first one once more.
    await together(
      work.hosts.filter((one) => runs(one) && isHalfway(one)),
      (one) => endFirstStart(one, say, true),
    );
    if (resting.length > 0) await startNodes(work, resting, say);
    const all = addressesOf(work.hosts);
    for (const one of work.hosts.filter(runs)) {
      const change = changeOf(one);
      if (change === null) continue;
      if (change.action === 'restart') await restartNode(one, change, work, say);
      else await changeUnit(one.remote, change);
    }
    await allSee(remotesOf(work.hosts), all, (line) => say(null, line));
    say(null, `${all.length} nodes are up and see each other`);
  },
};

/** Those with data come up as they were. Without: the seeds first; who joins a cluster that has data joins alone. */
async function startNodes(work: Work, resting: readonly HostWork[], say: Say): Promise<void> {
  const withData = new Set<string>();
  await together(work.hosts, async (one) => {
    if (await hasData(one)) withData.add(one.host.name);
  });
  const seeds = new Set(seedsOf(work.inventory).map(({ name }) => name));
  const isSeed = ({ host }: HostWork): boolean => seeds.has(host.name);
  const returning = resting.filter(({ host }) => withData.has(host.name));
  const empty = resting.filter(({ host }) => !withData.has(host.name));
  for (const some of [returning.filter(isSeed), returning.filter((one) => !isSeed(one))])
    await together(some, (one) => startNode(one, say));
  if (empty.length === 0) return;
  if (withData.size > 0) {
    const up = work.hosts.filter((one) => !empty.includes(one));
    for (const one of empty) {
      await joinNode(one, up, [], say);
      up.push(one);
    }
    return;
  }
  const first = empty.filter(isSeed);
  await together(first, (one) => startNode(one, say));
  await allSee(remotesOf(first), addressesOf(first), (line) => say(null, line));
  await together(
    empty.filter((one) => !isSeed(one)),
    async (one) => {
      // There is nothing to fetch yet.
      await putOnce(one.remote, ['-Dcassandra.auto_bootstrap=false'], null);
      await startNode(one, say);
    },
  );
}

/**
 * Brings a node without data into a cluster that has some: it fetches its part first, which takes a while. `options`:
 * of Java, for this start. Rejects with HostError when one of the others isn't up.
 */
export async function joinNode(
  one: HostWork,
  others: readonly HostWork[],
  options: readonly string[],
  say: Say,
): Promise<void> {
  const cant = (why: string): HostError => new HostError(one.host.name, 'join the others', null, why);
  if (others.length === 0) throw cant('no other node is up');
  const missing = await whoMisses(remotesOf(others), addressesOf(others));
  if (missing !== null) throw cant(`a node joins when all others are up, and ${missing}`);
  say(one.host.name, 'joining: it fetches its part of the data first');
  // A node that is its own seed takes its place without data.
  await putOnce(one.remote, options, cassandraYaml(one.context, { joining: true }));
  await startNode(one, say, true);
  await allSee(remotesOf([...others, one]), addressesOf([...others, one]), (line) =>
    say(one.host.name, line),
  );
}

async function startNode(one: HostWork, say: Say, joining = false): Promise<void> {
  say(one.host.name, 'starting its node');
  const change = changeOf(one);
  if (change !== null) await changeUnit(one.remote, change);
  await endFirstStart(one, say, joining);
}

/** A node that takes clients has its part of the data, and starts as usual from now on. */
export async function endFirstStart(one: HostWork, say: Say, joining: boolean): Promise<void> {
  await takesClients(one.remote, joining ? (line) => say(one.host.name, line) : undefined);
  await one.remote.run('end what holds for the first start', FORGET_ONCE);
  say(one.host.name, 'its node takes clients');
}

/** Only while all others are up, and done only when it is up again for all. */
async function restartNode(one: HostWork, change: UnitChange, work: Work, say: Say): Promise<void> {
  const { name } = one.host;
  const others = work.hosts.filter(({ host }) => host.name !== name);
  const missing = await whoMisses(remotesOf(others), addressesOf(others));
  if (missing !== null) {
    throw new HostError(
      name,
      'restart Cassandra',
      null,
      `it is not restarted while another is away, and ${missing}: bring that one back, then apply again`,
    );
  }
  say(name, `restarting its node (${change.because.join(', ')})`);
  await changeUnit(one.remote, change);
  await takesClients(one.remote);
  await allSee(remotesOf(work.hosts), addressesOf(work.hosts), (line) => say(name, line));
  say(name, 'its node is up for all');
}

async function hasData({ remote }: HostWork): Promise<boolean> {
  const said = await remote.run(
    'look for data of Cassandra',
    `if ls -d ${CASSANDRA_FILES.data}/system/local-* >/dev/null 2>&1; then echo yes; else echo no; fi`,
  );
  return said.trim() === 'yes';
}

const addressesOf = (hosts: readonly HostWork[]): string[] => hosts.map(({ host }) => host.address);

const remotesOf = (hosts: readonly HostWork[]): Remote[] => hosts.map(({ remote }) => remote);

/** Side by side; all have ended when it rejects with the first failure. */
async function together(hosts: readonly HostWork[], work: (one: HostWork) => Promise<void>): Promise<void> {
  const done = await Promise.allSettled(hosts.map(work));
  const failed = done.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
