/** What tells of a host: relay-metrics.service, and what a node's JMX exporter may tell it. Relay's own numbers are relay's. */
import { stringify } from 'yaml';
import { formatListen } from '../../../config/listen.ts';
import { PLACES } from '../../places.ts';
import { LOOPBACK_PORTS } from '../../ports.ts';
import type { Component, HostContext } from '../../types.ts';
import { plainFile, shippedText } from '../shipped.ts';

const UNIT = 'relay-metrics.service';

export const METRICS_FILES = {
  unit: `/etc/systemd/system/${UNIT}`,
  config: `${PLACES.relay.etc}/metrics.yaml`,
  /** bin/cassandra starts the exporter when it is there; the exporter reads it again by itself when it changes. */
  exporter: `${PLACES.cassandra.etc}/jmx-exporter.yaml`,
} as const;

export const metrics: Component = {
  name: 'metrics',
  packages: [],
  users: () => [],
  folders: () => [],
  files: (context) => [
    plainFile(METRICS_FILES.unit, shippedText(`systemd/${UNIT}`)),
    plainFile(METRICS_FILES.config, metricsYaml(context)),
    plainFile(METRICS_FILES.exporter, exporterYaml(context.inventory.cassandra.keyspace)),
  ],
  units: () => [
    {
      name: UNIT,
      state: 'started',
      restartsOn: [METRICS_FILES.unit, METRICS_FILES.config, PLACES.relay.current],
      reloadsOn: [],
    },
  ],
};

/** metrics.yaml; config/metrics.yaml explains every key. */
export function metricsYaml({ inventory, host }: HostContext): string {
  const { statsd, constantTags, ...how } = inventory.metrics;
  const pushed = { statsd, ...how, ...(Object.keys(constantTags).length > 0 ? { constantTags } : {}) };
  const config = {
    host: host.name,
    listen: loopback(LOOPBACK_PORTS.hostMetrics),
    ...(statsd === null ? {} : { metrics: pushed }),
    haproxy: `http://${loopback(LOOPBACK_PORTS.proxyMetrics)}/metrics`,
    cassandra: `http://${loopback(LOOPBACK_PORTS.cassandraMetrics)}/metrics`,
  };
  return `# Written by relay cluster apply: what is changed here is changed back.\n${stringify(config, { lineWidth: 0 })}`;
}

/** How much of relay's tables was repaired is told, whatever their keyspace is called. */
const exporterYaml = (keyspace: string): string =>
  shippedText('config/cassandra-metrics.yaml').replaceAll('keyspace=relay', `keyspace=${keyspace}`);

const loopback = (port: number): string => formatListen({ host: '127.0.0.1', port });
