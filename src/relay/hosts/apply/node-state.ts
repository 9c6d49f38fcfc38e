/** What the nodes of Cassandra say of themselves and of each other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CASSANDRA_FILES } from '../components/cassandra/files.ts';
import { PLACES } from '../places.ts';
import { PEER_PORTS } from '../ports.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';

const { unit, user, state, etc } = PLACES.cassandra;

/** Java starts for it, on a host that does much else. */
const NODETOOL_MS = 2 * 60_000;
const CQL_WITHIN_S = 300;
const JOINED_WITHIN_S = 24 * 60 * 60;
const TELL_EVERY_S = 60;
/** After so many starts by systemd alone, the next ones end the same way. */
const STARTS = 4;
const AGREE_WITHIN_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 2_000;

/** By address: UN is up and as it should be; U or D, then N (normal), J (joining), L (leaving), M (moving). */
export type NodeStates = ReadonlyMap<string, string>;

/** Runs nodetool on a host, as the user that the node runs as; gives what it prints. Rejects with HostError. */
export async function nodetool(
  remote: Remote,
  words: readonly string[],
  timeoutMs: number = NODETOOL_MS,
): Promise<string> {
  const line = words.map(quoted).join(' ');
  return remote.run(
    `nodetool ${words.join(' ')}`,
    // It writes what it was asked into its user's home.
    `cd ${state}\nrunuser -u ${user} -- env HOME=${state} CASSANDRA_CONF=${etc} ${CASSANDRA_FILES.nodetool} ${line}`,
    { timeoutMs },
  );
}

/** How a host's node sees all nodes. Rejects with HostError while it can't be asked. */
export async function nodeStates(remote: Remote): Promise<NodeStates> {
  return readStates(await nodetool(remote, ['status']));
}

/** Reads what `nodetool status` prints. */
export function readStates(text: string): NodeStates {
  const lines = text.matchAll(/^(?<state>[UD][NLJM])\s+(?<address>[\da-fA-F.:]+)\s/gmu);
  return new Map([...lines].map(({ groups }) => [plain(groups?.['address'] ?? ''), groups?.['state'] ?? '']));
}

/** As Java prints an address: IPv6 in full. */
export function plain(address: string): string {
  if (!address.includes(':')) return address;
  return URL.parse(`http://[${address}]/`)?.hostname ?? address;
}

/**
 * Resolves when the host's node takes clients. Rejects with HostError and the node's last words when it doesn't.
 * `joining`: it fetches its part of the data first, which takes hours where there is much, and is told of now and then.
 */
export async function takesClients(remote: Remote, joining?: (line: string) => void): Promise<void> {
  const withinS = joining === undefined ? CQL_WITHIN_S : JOINED_WITHIN_S;
  const port = PEER_PORTS.cassandraClients.toString(16).toUpperCase().padStart(4, '0');
  const script = `
waited=0
while ! cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ':${port} 0*:0000 0A'; do
  starts=$(systemctl show -p NRestarts ${unit}); starts=\${starts#*=}
  if [ "\${starts:-0}" -ge ${STARTS} ] || [ "$waited" -ge ${withinS} ]; then
    tail -n 200 ${CASSANDRA_FILES.log} 2>/dev/null | grep -E '^(ERROR|WARN)|Exception' | tail -n 10 >&2 || true
    journalctl -u ${unit} -n 10 --no-pager -o cat >&2 || true
    echo "Cassandra takes no clients after $waited s and \${starts:-0} restarts: see ${CASSANDRA_FILES.log} there" >&2
    exit 1
  fi
  sleep 1
  waited=$((waited + 1))
  if [ $((waited % ${TELL_EVERY_S})) -eq 0 ]; then echo "it has fetched data for $((waited / 60)) min"; fi
done`;
  await remote.run('wait until Cassandra takes clients', script, {
    timeoutMs: (withinS + 60) * 1_000,
    ...(joining === undefined ? {} : { onLine: joining }),
  });
}

/**
 * Resolves when each of these hosts sees each of `addresses` up and normal. Rejects with HostError that names who sees
 * whom otherwise.
 */
export async function allSee(
  remotes: readonly Remote[],
  addresses: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const untilMs = performance.now() + AGREE_WITHIN_MS;
  let waiting = [...remotes];
  let told = '';
  for (;;) {
    const seen = await Promise.all(waiting.map((remote) => missingFrom(remote, addresses)));
    waiting = waiting.filter((_, at) => seen[at] !== null);
    const [first] = waiting;
    if (first === undefined) return;
    const what = seen.find((one) => one !== null) ?? '';
    if (performance.now() > untilMs)
      throw new HostError(first.host.name, 'wait for all nodes', null, `${first.host.name} sees ${what}`);
    if (what !== told) say(`${first.host.name} sees ${what}`);
    told = what;
    await sleep(LOOK_AGAIN_MS);
  }
}

/**
 * Who of these doesn't see all of `addresses` up and normal, as "b1 sees 192.0.2.1 down"; null: nobody. One alone may be
 * cut off, or not have noticed yet. Rejects with HostError where one can't be asked.
 */
export async function whoMisses(
  remotes: readonly Remote[],
  addresses: readonly string[],
): Promise<string | null> {
  const seen = await Promise.all(remotes.map((remote) => missingFrom(remote, addresses)));
  const lines = remotes.flatMap(({ host }, at) => {
    const missing = seen[at] ?? null;
    return missing === null ? [] : [`${host.name} sees ${missing}`];
  });
  return lines.length === 0 ? null : lines.join('; ');
}

/** Null: it sees all of them up and normal. */
async function missingFrom(remote: Remote, addresses: readonly string[]): Promise<string | null> {
  let states: NodeStates;
  try {
    states = await nodeStates(remote);
  } catch (error) {
    if (!(error instanceof HostError) || error.exitCode === 255) throw error;
    return 'nobody yet';
  }
  const otherwise = addresses
    .map((address) => ({ address, state: states.get(plain(address)) ?? 'unknown' }))
    .filter(({ state: now }) => now !== 'UN');
  return otherwise.length === 0
    ? null
    : otherwise.map(({ address, state: now }) => `${address} ${WORDS[now] ?? now}`).join(', ');
}

const WORDS: Record<string, string> = {
  unknown: 'not yet',
  DN: 'down',
  UJ: 'joining',
  DJ: 'down while it joined',
  UL: 'leaving',
  DL: 'down while it left',
  UM: 'moving',
};
