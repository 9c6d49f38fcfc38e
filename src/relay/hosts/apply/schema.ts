/** The tables, made or brought up to date on one host for all. Steps only add, so daemons may run meanwhile. */
import { somethingChanges } from './logins.ts';
import { relayJson } from './relay-command.ts';
import type { WholePhase } from './work.ts';

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
    const [first] = hosts;
    if (first === undefined) return;
    const { applied, notes } = await relayJson<Migrated>(first.remote, ['store', 'migrate'], {
      timeoutMs: MIGRATE_MS,
    });
    for (const line of [...applied, ...notes]) say(first.host.name, line);
  },
};
