/** Where the files of a host's Cassandra lie. */
import { PLACES } from '../../places.ts';

const { etc, current, state, logs } = PLACES.cassandra;

export const CASSANDRA_FILES = {
  yaml: `${etc}/cassandra.yaml`,
  rackdc: `${etc}/cassandra-rackdc.properties`,
  jvm: `${etc}/jvm.options`,
  logback: `${etc}/logback.xml`,
  /** The node's key and certificate in one file, as Cassandra reads PEM. */
  pair: `${etc}/tls/node.pem`,
  authority: `${etc}/tls/ca.pem`,
  sysctl: `${etc}/sysctl.conf`,
  unit: `/etc/systemd/system/${PLACES.cassandra.unit}`,
  nodetool: `${current}/bin/nodetool`,
  data: `${state}/data`,
  /** Native libraries are unpacked here: a host may forbid running anything from /tmp. */
  temporary: `${state}/tmp`,
  log: `${logs}/system.log`,
  /**
   * Variables for one start only, such as which dead node it replaces. Not below /run: a host that is rebooted half-way
   * through its first start must not come up as something else.
   */
  once: `${PLACES.memory}/cassandra-once.env`,
} as const;
