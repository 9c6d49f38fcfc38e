/** What `relay cluster apply` does, in order. Each phase is left out where nothing is to be done, and may be done again. */
import { PLACES } from '../places.ts';
import { firewall } from './firewall-phase.ts';
import { accounts, files, packages, releases, units } from './host-phases.ts';
import type { AnyPhase } from './work.ts';

export const PHASES: readonly AnyPhase[] = [
  packages,
  accounts,
  releases,
  // Before anything listens.
  firewall,
  files,
  // Certificates and Cassandra's writes go by the clock.
  units('time', { only: [PLACES.time.unit] }),
  units('cassandra', { only: [PLACES.cassandra.unit], atOnce: 1 }),
  units('relay', { only: [PLACES.relay.unit], atOnce: 1 }),
  units('the rest', { but: [PLACES.time.unit, PLACES.cassandra.unit, PLACES.relay.unit] }),
];
