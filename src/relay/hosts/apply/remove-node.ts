/** A host's node leaves for good: by itself while it lives, else the others let it go. */
import { HostError } from '../ssh/port.ts';
import { nodeStates, nodetool, plain, whoMisses } from './node-state.ts';
import type { HostWork } from './work.ts';

/** What it holds goes to those that hold it from now on. */
const LEAVE_MS = 6 * 60 * 60_000;

/** `leaving`: null when the host can't be reached any more. `others` stay. */
interface Leave {
  leaving: HostWork | null;
  address: string;
  others: readonly HostWork[];
}

/**
 * How the others see the node that is to go; null: none knows it any more. Rejects with HostError where it may not go:
 * asked before anything else is taken from the host.
 */
export async function mayGo({ leaving, address, others }: Leave): Promise<string | null> {
  const [first] = others;
  if (first === undefined)
    throw new HostError(leaving?.host.name ?? address, 'let its node go', null, 'no other node stays');
  const cant = (why: string): HostError =>
    new HostError(first.host.name, `let the node at ${address} go`, null, why);
  const state = (await nodeStates(first.remote)).get(plain(address));
  if (state === undefined) return null;
  const missing = await whoMisses(
    others.map(({ remote }) => remote),
    others.map(({ host }) => host.address),
  );
  if (missing !== null) throw cant(`it goes when all that stay are up, and ${missing}`);
  if (state.startsWith('U') && leaving === null)
    throw cant(
      'it is still up: stop relay-cassandra there, or make the host reachable, then it leaves by itself',
    );
  return state;
}

/** May be done again after it was cut off. Rejects with HostError. */
export async function removeNode(
  leave: Leave,
  say: (host: string | null, line: string) => void,
): Promise<void> {
  const { leaving, address, others } = leave;
  const state = await mayGo(leave);
  const [first] = others;
  if (state === null || first === undefined) {
    say(null, `no node at ${address} is known any more`);
    return;
  }
  if (leaving !== null && state.startsWith('U')) {
    say(leaving.host.name, 'its node leaves: the others take over what it holds');
    // Fewer copies than replication says is what removing a host means here: each of the others holds everything.
    await nodetool(leaving.remote, ['decommission', '--force'], LEAVE_MS);
  } else {
    const id = await hostIdOf(first, address);
    say(null, `the others let the dead node at ${address} go`);
    await nodetool(first.remote, ['removenode', id], LEAVE_MS);
  }
  const left = (await nodeStates(first.remote)).get(plain(address));
  if (left !== undefined)
    throw new HostError(
      first.host.name,
      `let the node at ${address} go`,
      null,
      `it is still there (${left}): see nodetool status`,
    );
}

async function hostIdOf({ host, remote }: HostWork, address: string): Promise<string> {
  const status = await nodetool(remote, ['status']);
  const line = status.split('\n').find((one) => plain(one.split(/\s+/u)[1] ?? '') === plain(address));
  const id = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/u.exec(line ?? '')?.[0];
  if (id === undefined)
    throw new HostError(
      host.name,
      'find the id of a node',
      null,
      `nodetool status names none for ${address}`,
    );
  return id;
}
