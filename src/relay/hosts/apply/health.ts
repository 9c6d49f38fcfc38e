/** Whether relay is well on a host, by its own word and by that of the others. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterHostJson, ClusterJson } from '../../cluster/wire.ts';
import { PLACES } from '../places.ts';
import { LOOPBACK_PORTS } from '../ports.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import type { HostWork } from './work.ts';

/** What is read of what `relay cluster status --json` prints. */
export interface Told {
  hosts: Pick<ClusterHostJson, 'name' | 'state' | 'version' | 'life' | 'mode' | 'canaryAgeSeconds'>[];
}

export interface Health<T extends Told = Told> {
  /** What systemd says of the unit. */
  active: string;
  /** What /readyz answers: its status and what it says, or that there is no answer. */
  ready: string;
  /** Null: the daemon isn't ready, or doesn't answer; what the command finds without one doesn't count. */
  told: T | null;
}

/**
 * Prints what /readyz answers, as "200 ready". By bash, which every Debian has: a bare host has no curl, and a Node just
 * for this, again and again, is what a host that is busy starting has no time for.
 */
const READY = `timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/${LOOPBACK_PORTS.http} && printf "GET /readyz HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3' 2>/dev/null |
  tr -d '\\r' | awk 'NR == 1 { said = $2 } body { said = said " " $0 } /^$/ { body = 1 } END { print said == "" ? "nothing" : substr(said, 1, 300) }'`;

/** Null, a host that can't be asked, isn't. */
export const isReady = (health: Pick<Health, 'ready'> | null): boolean =>
  health?.ready.startsWith('200') === true;

/** Rejects with HostError when the host can't be asked. */
export async function lookAtRelay(remote: Remote): Promise<Health<ClusterJson>> {
  const output = await remote.run(
    'ask relay how it is',
    `systemctl is-active ${PLACES.relay.unit} || true
ready=$(${READY})
printf '%s\\n' "$ready"
case $ready in 200*) ${PLACES.relay.current}/bin/relay cluster status --json --config ${PLACES.relay.config} 2>/dev/null || true ;; esac`,
  );
  const [active = '', ready = '', ...rest] = output.split('\n');
  return { active, ready, told: toldOf(rest.join('\n')) };
}

function toldOf(text: string): ClusterJson | null {
  try {
    const value: unknown = JSON.parse(text);
    return isTold(value) && value.asked !== null ? value : null;
  } catch {
    return null;
  }
}

const isTold = (value: unknown): value is ClusterJson =>
  typeof value === 'object' && value !== null && 'hosts' in value && 'nodes' in value && 'quorum' in value;

export interface Expected {
  host: string;
  version: string;
  /** The process that ran before; null: none. */
  lifeBefore: string | null;
  /** A test input came through before, so it must again. */
  canary: boolean;
}

/** Why it isn't well yet; null: it is. `peers` by name; null: that one says nothing, and isn't waited for. */
export function notWell(
  { host, version, lifeBefore, canary }: Expected,
  own: Health,
  peers: ReadonlyMap<string, Health | null>,
): string | null {
  if (own.active !== 'active') return `${PLACES.relay.unit} is ${own.active}`;
  if (!isReady(own)) return `/readyz says ${own.ready}`;
  const self = own.told?.hosts.find(({ name }) => name === host);
  if (self === undefined) return 'relay cluster status on it says nothing of it';
  if (self.version !== version) return `it runs ${self.version ?? 'nobody knows what'}, not ${version}`;
  if (self.life !== null && self.life === lifeBefore) return 'it is still the process from before';
  if (self.mode !== 'together') return `it is ${self.mode ?? 'silent'}, not together with the others`;
  if (canary && self.canaryAgeSeconds === null) return 'no test input has come through all stages yet';
  for (const [peer, health] of peers) {
    if (health === null || health.told === null) continue;
    const seen = health.told.hosts.find(({ name }) => name === host);
    if (seen?.state !== 'live') return `${peer} sees it as ${seen?.state ?? 'nobody'}`;
    if (self.life !== null && seen.life !== null && seen.life !== self.life) {
      return `${peer} still speaks of the process from before`;
    }
  }
  return null;
}

/** Each host's; null: it can't be asked. */
export async function lookAtAll(
  works: readonly Pick<HostWork, 'host' | 'remote'>[],
): Promise<Map<string, Health<ClusterJson> | null>> {
  const ask = async ({ remote }: Pick<HostWork, 'remote'>): Promise<Health<ClusterJson> | null> => {
    try {
      return await lookAtRelay(remote);
    } catch (error) {
      if (error instanceof HostError) return null;
      throw error;
    }
  };
  return new Map(await Promise.all(works.map(async (one) => [one.host.name, await ask(one)] as const)));
}

/** Why no host may be taken down now; null: one may. */
export function notSafe(except: string, healths: ReadonlyMap<string, Health | null>): string | null {
  for (const [name, health] of healths) {
    if (name === except) continue;
    if (health === null) return `${name} can't be asked`;
    if (health.active !== 'active') return `relay on ${name} is ${health.active}`;
    if (!isReady(health)) return `relay on ${name} isn't ready: ${health.ready}`;
  }
  return null;
}

/** A peer that is only busy for a moment keeps nobody from going on. */
const SAFE_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 3_000;

/**
 * Waits a moment until all others are ready, so that this host's daemon may be taken down. `why`: it may not; null: it
 * may. With how all of them were then.
 */
export async function safeWithout(
  works: readonly Pick<HostWork, 'host' | 'remote'>[],
  except: string,
): Promise<{ why: string | null; healths: ReadonlyMap<string, Health | null> }> {
  const untilMs = performance.now() + SAFE_WITHIN_MS;
  for (;;) {
    const healths = await lookAtAll(works);
    const why = notSafe(except, healths);
    if (why === null || performance.now() > untilMs) return { why, healths };
    await sleep(LOOK_AGAIN_MS);
  }
}
