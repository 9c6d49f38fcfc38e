/** Whether relay is well on a host, by its own word and by that of the others. */
import type { ClusterHostJson, ClusterJson } from '../../cluster/wire.ts';
import { PLACES } from '../places.ts';
import { LOOPBACK_PORTS } from '../ports.ts';
import type { Remote } from '../ssh/port.ts';

/** What is read of what `relay cluster status --json` prints. */
export interface Told {
  hosts: Pick<ClusterHostJson, 'name' | 'state' | 'version' | 'life' | 'mode' | 'canaryAgeSeconds'>[];
}

export interface Health<T extends Told = Told> {
  /** What systemd says of the unit. */
  active: string;
  /** What /readyz answers: its status, or why there is none. */
  ready: string;
  /** Null: the daemon doesn't answer; what the command finds without one doesn't count. */
  told: T | null;
}

/** Loopback only: /readyz is asked as HAProxy asks it. */
const READY = `fetch("http://127.0.0.1:${LOOPBACK_PORTS.http}/readyz").then(async (r) => console.log(r.status, (await r.text()).slice(0, 300).replaceAll("\\n", " ")), (e) => console.log(e.cause?.code ?? e.message))`;

/** Rejects with HostError when the host can't be asked. */
export async function lookAtRelay(remote: Remote): Promise<Health<ClusterJson>> {
  const output = await remote.run(
    'ask relay how it is',
    `systemctl is-active ${PLACES.relay.unit} || true
${PLACES.relay.current}/bin/runtime -e '${READY}' 2>/dev/null || echo 'no answer'
${PLACES.relay.current}/bin/relay cluster status --json --config ${PLACES.relay.config} 2>/dev/null || true`,
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
  if (!own.ready.startsWith('200')) return `/readyz says ${own.ready}`;
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

/** Why no host may be taken down now; null: one may. */
export function notSafe(except: string, healths: ReadonlyMap<string, Health | null>): string | null {
  for (const [name, health] of healths) {
    if (name === except) continue;
    if (health === null) return `${name} can't be asked`;
    if (health.active !== 'active') return `relay on ${name} is ${health.active}`;
    if (!health.ready.startsWith('200')) return `relay on ${name} isn't ready: ${health.ready}`;
  }
  return null;
}
