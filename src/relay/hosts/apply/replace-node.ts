/**
 * The node of a dead host comes back on new hardware, at the same address or another. It takes the dead one's place in
 * the ring: at another one, rows would be looked for where they are not.
 */
import { PLACES } from '../places.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import { nodeStates, nodetool, plain } from './node-state.ts';
import { endFirstStart, isHalfway, joinNode } from './nodes-up.ts';
import type { HostWork } from './work.ts';

/**
 * `deadAddress`: where the dead node was reached. `others`: all other hosts; their nodes must be up. May be done again
 * after it was cut off. Rejects with HostError; a node that is still up is never replaced.
 */
export async function replaceNode(
  one: HostWork,
  deadAddress: string,
  others: readonly HostWork[],
  say: (host: string | null, line: string) => void,
): Promise<void> {
  const { name, address } = one.host;
  const [first] = others;
  const cant = (why: string): HostError => new HostError(name, 'replace its node', null, why);
  if (first === undefined) throw cant('no other node is there to fetch the data from');
  if (isHalfway(one) && one.facts.units[PLACES.cassandra.unit]?.active === true) {
    say(name, 'its node is at it since an earlier run');
    await endFirstStart(one, say, true);
    return;
  }
  const states = await nodeStates(first.remote);
  const dead = states.get(plain(deadAddress));
  const now = states.get(plain(address));
  if (now === 'UN' && (dead === undefined || plain(address) === plain(deadAddress))) {
    say(name, 'its node is in its place already');
    return;
  }
  if (dead === undefined)
    throw cant(`${first.host.name} knows no node at ${deadAddress}: see nodetool status there`);
  const alive = await whoSeesAlive(others, deadAddress);
  if (alive !== null)
    throw cant(
      `the node at ${deadAddress} is not down (${alive}): only a dead one is replaced; stop relay-cassandra there first, or wait half a minute`,
    );
  const before = await tokensOf(first.remote, deadAddress);
  await joinNode(one, others, [`-Dcassandra.replace_address_first_boot=${deadAddress}`], say);
  const after = await tokensOf(first.remote, address);
  if (before.join() !== after.join())
    throw cant(
      `its node came up at ${after.join(', ') || 'no place'} in the ring and not at ${before.join(', ')}: don't start relay there; see nodetool ring`,
    );
  say(name, "its node has the dead one's place in the ring, and its data");
}

/** One that cut itself off from some of the others lives all the same. Null: all see it down. */
async function whoSeesAlive(others: readonly HostWork[], address: string): Promise<string | null> {
  const seen = await Promise.all(
    others.map(async ({ host, remote }) => {
      const state = (await nodeStates(remote)).get(plain(address)) ?? null;
      return state === null || state.startsWith('D') ? [] : [`${state} for ${host.name}`];
    }),
  );
  return seen.flat().join(', ') || null;
}

/** A node's places in the ring, as others see them. */
export async function tokensOf(remote: Remote, address: string): Promise<string[]> {
  return readTokens(await nodetool(remote, ['ring']), address);
}

/** Reads what `nodetool ring` prints: each keyspace's ring may be listed, with the same tokens. */
export function readTokens(text: string, address: string): string[] {
  const lines = text.matchAll(/^(?<address>[\da-fA-F.:]+)\s+\S+\s+(?:Up|Down)\s.*?\s(?<token>-?\d+)\s*$/gmu);
  const tokens = [...lines]
    .filter(({ groups }) => plain(groups?.['address'] ?? '') === plain(address))
    .map(({ groups }) => groups?.['token'] ?? '');
  return [...new Set(tokens)].toSorted();
}
