/** relay.service on a host of a cluster: the shipped unit as it is, and what differs there. */
import { PLACES } from '../../places.ts';
import { shippedText } from '../shipped.ts';

/** The unit that is shipped with this release. */
export const shippedUnit = (): string => shippedText(`systemd/${PLACES.relay.unit}`);

/**
 * After Cassandra, but never because of it: relay starts without a quorum, and takes alerts. HAProxy holds the ports
 * below 1024, so nothing of what root may do is left to it.
 */
export const UNIT_ON_HOSTS = `# Written by relay cluster apply: what is changed here is changed back.
[Unit]
After=${PLACES.cassandra.unit}

[Service]
CapabilityBoundingSet=
AmbientCapabilities=
`;
