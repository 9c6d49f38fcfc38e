/** What `relay cluster apply` does, in order. Each phase is left out where nothing is to be done, and may be done again. */
import { PLACES } from '../places.ts';
import { firewall } from './firewall-phase.ts';
import { accounts, files, packages, releases, units } from './host-phases.ts';
import { logins } from './logins.ts';
import { nodesUp } from './nodes-up.ts';
import { canaries, relaysUp } from './relays-up.ts';
import { firstRoster } from './roster.ts';
import { schema } from './schema.ts';
import type { AnyPhase } from './work.ts';

const { relay, cassandra, time, proxy } = PLACES;

export const PHASES: readonly AnyPhase[] = [
  packages,
  accounts,
  releases,
  // Before anything listens.
  firewall,
  files,
  // Certificates and Cassandra's writes go by the clock.
  units('time', { only: [time.unit] }),
  nodesUp,
  logins,
  schema,
  relaysUp,
  // Whoever restarts it has no door for a moment: the others have theirs meanwhile.
  units('HAProxy', { only: [proxy.unit], atOnce: 1 }),
  // Timers, and what tells of a host.
  units('the rest', { but: [time.unit, cassandra.unit, relay.unit, proxy.unit] }),
  // A run that was cut off before it left a relay without one.
  { ...firstRoster, wanted: ({ inventory }) => inventory.rosterFile !== null },
  canaries,
];
