/** Looks at all hosts at once and says what would have to be done on each. */
import { CASSANDRA_FILES } from '../components/cassandra/files.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Asked } from '../facts/question.ts';
import { desiredOf, type HostDesired } from '../plan/desired.ts';
import { hostPlan, targetsOf } from '../plan/host-plan.ts';
import type { Product, Release } from '../plan/types.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import type { ClusterSecrets, Component, Facts, HostContext, HostSpec, Inventory } from '../types.ts';
import type { HostWork, Work } from './work.ts';

/** All that a survey is made with. */
export interface Ground {
  inventory: Inventory;
  secrets: ClusterSecrets;
  givenFiles: Record<string, Uint8Array>;
  components: readonly Component[];
  /** How the kernel's rules differ from the desired ones; null: not at all. */
  firewallDiff(context: HostContext): string | null;
  remote(host: HostSpec): Remote;
  /** Rejects with what to do when there is no tarball for such a machine. */
  release(product: Product, arch: Facts['arch']): Release;
}

export interface Surveyed {
  work: Work;
  /** Hosts that couldn't be asked. */
  failures: HostError[];
}

/** All hosts side by side. Rejects with what is no host's fault, e.g. that there is no tarball. */
export async function survey(
  ground: Ground,
  hosts: readonly HostSpec[] = ground.inventory.hosts,
): Promise<Surveyed> {
  const seen = await Promise.allSettled(hosts.map((host) => look(ground, host)));
  const works: HostWork[] = [];
  const failures: HostError[] = [];
  for (const one of seen) {
    if (one.status === 'fulfilled') works.push(one.value);
    else if (one.reason instanceof HostError) failures.push(one.reason);
    else throw one.reason;
  }
  const { inventory, secrets, givenFiles } = ground;
  return {
    work: {
      inventory,
      secrets,
      givenFiles,
      hosts: works,
      releaseFor: ({ facts }, product) => ground.release(product, facts.arch),
    },
    failures,
  };
}

async function look(ground: Ground, host: HostSpec): Promise<HostWork> {
  const remote = ground.remote(host);
  const asked = askFor(ground, desiredOf(ground.components, contextOf(ground, host, USUAL)));
  const first = await gatherFacts(remote, asked);
  const planned = planHost(ground, host, remote, first);
  // What a host is like may decide which files there are.
  const more = unasked(asked, askFor(ground, planned.desired));
  return more === null
    ? planned
    : planHost(ground, host, remote, merged(first, await gatherFacts(remote, more)));
}

/** What a host would want, by facts that were found. */
export function planHost(ground: Ground, host: HostSpec, remote: Remote, facts: Facts): HostWork {
  const context = contextOf(ground, host, facts);
  const desired = desiredOf(ground.components, context);
  const targets = targetsOf(facts, (product) => ground.release(product, facts.arch).version);
  const firewall = ground.firewallDiff(context);
  const plan = hostPlan({ host: host.name, facts, desired, targets, firewall });
  return { host, remote, facts, context, desired, plan, targets };
}

const contextOf = (ground: Ground, host: HostSpec, facts: Facts): HostContext => ({
  inventory: ground.inventory,
  secrets: ground.secrets,
  givenFiles: ground.givenFiles,
  host,
  facts,
});

const askFor = (ground: Ground, desired: HostDesired): Asked => ({
  paths: [
    ...desired.folders.map(({ path }) => ({ path, secret: false })),
    ...desired.files.map(({ path, secret }) => ({ path, secret })),
    // There while a node's first start isn't over.
    { path: CASSANDRA_FILES.once, secret: false },
  ],
  packages: [...new Set(ground.components.flatMap((one) => one.packages))],
  users: desired.users.map(({ name }) => name),
  groups: desired.groups,
  units: desired.units.map(({ name }) => name),
});

/** Null: all of `wanted` was asked. */
function unasked(asked: Asked, wanted: Asked): Asked | null {
  const paths = new Set(asked.paths.map(({ path }) => path));
  const more = {
    paths: wanted.paths.filter(({ path }) => !paths.has(path)),
    packages: [],
    users: wanted.users.filter((name) => !asked.users.includes(name)),
    groups: [],
    units: wanted.units.filter((name) => !asked.units.includes(name)),
  };
  return more.paths.length + more.users.length + more.units.length === 0 ? null : more;
}

const merged = (first: Facts, second: Facts): Facts => ({
  ...first,
  files: { ...first.files, ...second.files },
  units: { ...first.units, ...second.units },
  users: [...first.users, ...second.users],
  groups: { ...first.groups, ...second.groups },
});

/** A host as hosts mostly are: for the names of what there is to ask. Nothing is concluded from it. */
const USUAL: Facts = {
  os: { id: 'debian', version: '12' },
  arch: 'x64',
  cores: 2,
  memoryMb: 4096,
  diskFreeMb: 20_000,
  clockOffsetMs: 0,
  packages: {},
  users: [],
  files: {},
  units: {},
  relay: { present: [], current: null, previous: null },
  cassandra: { present: [], current: null, previous: null },
  managed: [],
  listening: [],
  firewall: null,
};
