/**
 * The tables, made or brought up to date on one host for all. Steps only add, so daemons may run meanwhile. By the newest
 * release among them: a host that is new, or takes a dead one's place, may have a newer one than the others.
 */
import { somethingChanges } from './logins.ts';
import { relayJson } from './relay-command.ts';
import { compareVersions } from './tarballs.ts';
import type { HostWork, WholePhase } from './work.ts';

const MIGRATE_MS = 10 * 60_000;

/** As `relay store migrate --json` says it. */
interface Migrated {
  applied: string[];
  notes: string[];
}

export const schema: WholePhase = {
  name: 'schema',
  wanted: somethingChanges,
  whole: async ({ hosts }, say) => {
    const first = newest(hosts);
    if (first === undefined) return;
    const { applied, notes } = await relayJson<Migrated>(first.remote, ['store', 'migrate'], {
      timeoutMs: MIGRATE_MS,
    });
    for (const line of [...applied, ...notes]) say(first.host.name, line);
  },
};

/** The first of those with the newest. */
const newest = (hosts: readonly HostWork[]): HostWork | undefined =>
  hosts.toSorted((one, other) => compareVersions(other.targets.relay, one.targets.relay))[0];
