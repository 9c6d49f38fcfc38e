/** Reads all that the admin's machine has to give, and opens the way to the hosts. */
import { ConfigError } from '../../config/types.ts';
import { inventoryFindings, readInventory } from '../inventory/read.ts';
import { readGivenFiles } from '../inventory/given-files.ts';
import { requirementFindings } from '../inventory/requirements.ts';
import type { Finding } from '../inventory/finding.ts';
import { secretsDir } from '../secrets/folder.ts';
import { readSecrets } from '../secrets/open.ts';
import { strangerFindings } from '../secrets/stranger.ts';
import { openSsh, type SshSession } from '../ssh/session.ts';
import type { HostError } from '../ssh/port.ts';
import { COMPONENTS } from './components.ts';
import { firewallDrift } from '../firewall/drift.ts';
import type { Ground, Surveyed } from './survey.ts';
import { versionFindings } from './version-findings.ts';
import { findReleases } from './tarballs.ts';

export interface Wish {
  /** cluster.yaml. */
  file: string;
  /** Tarballs other than those that cluster.yaml names. */
  releases?: { relay?: string; cassandra?: string };
  /** Nothing is set up: the layout may be one that a host has left. */
  anyShape?: boolean;
}

export interface Prepared extends AsyncDisposable {
  ground: Ground;
  ssh: SshSession;
  /** Known before any host was asked. */
  findings: Finding[];
  /**
   * Writes down what had to be made of the cluster's secrets, before any host gets it. Only for who has made sure that no
   * host was set up with others. Rejects with ConfigError when somebody else made them meanwhile.
   */
  keepSecrets(): Promise<void>;
}

/** Rejects with ConfigError naming what is wrong with the admin's files. */
export async function prepare(wish: Wish, nowMs: number): Promise<Prepared> {
  const inventory = await readInventory(wish.file, wish.anyShape);
  const notes: string[] = [];
  const givenFiles = await readGivenFiles(inventory, nowMs, (text) => void notes.push(text));
  const { secrets, notes: made, keep } = await readSecrets(inventory, nowMs);
  const named = {
    relay: wish.releases?.relay ?? inventory.releases.relay,
    cassandra: wish.releases?.cassandra ?? inventory.releases.cassandra,
  };
  const release = await findReleases(named, { namedAt: inventory.namedAt });
  const ssh = await openSsh();
  return {
    ssh,
    ground: {
      inventory,
      secrets,
      givenFiles,
      components: COMPONENTS,
      firewallDiff: ({ facts }) => firewallDrift(facts),
      remote: (host) => ssh.remote(host),
      release,
    },
    findings: [
      ...inventoryFindings(inventory),
      ...notes.map((what): Finding => ({ host: null, level: 'warn', what, cure: '' })),
      ...made.map((what): Finding => ({ host: null, level: 'note', what, cure: '' })),
    ],
    keepSecrets: async () => {
      if (await keep()) return;
      throw new ConfigError([
        `${secretsDir(inventory)}: somebody else has made it meanwhile, so what was planned holds no longer; run this again`,
      ]);
    },
    [Symbol.asyncDispose]: () => ssh[Symbol.asyncDispose](),
  };
}

/** What there is to say of the hosts as they were found. */
export function surveyFindings(ground: Ground, { work, failures }: Surveyed): Finding[] {
  const facts = new Map(work.hosts.map((one) => [one.host.name, one.facts]));
  return [
    ...failures.map(unreachable),
    ...strangerFindings(ground.secrets, facts),
    ...requirementFindings(ground.inventory, facts),
    ...work.hosts.flatMap((one) =>
      versionFindings(one.host.name, one.facts.relay.current, newest(ground, one.facts.arch)),
    ),
  ];
}

/** Null: there is no tarball, and none may be needed. */
function newest(ground: Ground, arch: 'x64' | 'arm64' | 'other'): string | null {
  try {
    return ground.release('relay', arch).version;
  } catch {
    return null;
  }
}

const unreachable = (error: HostError): Finding => ({
  host: error.host,
  level: 'refuse',
  what: `could not be looked at: ${error.stderr.trim().split('\n').at(-1) ?? ''}`,
  cure: '',
});
