/** Each host as it stands, from its signs of life and from what asking it gave. Pure. */
import type { HostFacts } from './facts.ts';
import type { ClusterHostJson, HostState } from './wire.ts';

/** In the order of cluster.hosts. */
export function hostsOf(hosts: readonly HostFacts[], nowMs: number): ClusterHostJson[] {
  return hosts.map((host) => {
    const state = stateOf(host);
    const { info } = host;
    const live = state === 'live' || state === 'cut-off';
    return {
      name: host.name,
      datacenter: host.datacenter,
      state,
      since: live ? (info?.since ?? null) : lastSeen(host, nowMs),
      version: info?.version ?? null,
      life: info?.life ?? null,
      mode: live ? (info?.mode ?? null) : null,
      clock: live ? (info?.clock ?? null) : null,
      shards: host.shards,
      spool: info?.spool ?? null,
      rosterVersion: info?.rosterVersion ?? null,
      canaryAgeSeconds: live ? (info?.canaryAgeSeconds ?? null) : null,
      trouble: host.trouble === '' ? null : host.trouble,
    };
  });
}

function stateOf({ beats, beatAgoMs, trouble }: HostFacts): HostState {
  // Whoever answers lives, whatever is in the store.
  if (trouble === '') return 'live';
  if (beats === true) return trouble === null ? 'live' : 'cut-off';
  if (beats === null) return 'silent';
  return beatAgoMs === null ? 'never-seen' : 'dead';
}

function lastSeen({ beatAgoMs }: HostFacts, nowMs: number): string | null {
  return beatAgoMs === null || !Number.isFinite(beatAgoMs) ? null : new Date(nowMs - beatAgoMs).toISOString();
}
