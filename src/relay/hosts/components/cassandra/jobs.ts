/**
 * What is done to each node by the clock. Cassandra 5.0.8 and later can repair by itself, but only after a start with
 * a property that changes its own tables for good, with what it remembers in a keyspace that doesn't outlive the loss
 * of a datacenter; timers do the same for every 5.0, and say in the journal how it went.
 */
import { PLACES } from '../../places.ts';
import type { HostContext } from '../../types.ts';
import { CASSANDRA_FILES } from './files.ts';
import { SANDBOX } from './unit.ts';

export interface Job {
  /** Of its service and its timer. */
  name: string;
  description: string;
  /** What nodetool is asked. */
  nodetool: string[];
  /** systemd.time(7), in UTC. */
  calendar: string;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const SNAPSHOTS_KEPT_DAYS = 3;

/** A host's jobs. Each has a time of its own, so that no two hosts repair at once. */
export function jobsOf({ inventory, host }: Pick<HostContext, 'inventory' | 'host'>): Job[] {
  const place = Math.max(
    inventory.hosts.findIndex(({ name }) => name === host.name),
    0,
  );
  const day = DAYS[place % DAYS.length] ?? 'Mon';
  const minute = String((place * 7) % 60).padStart(2, '0');
  return [
    {
      name: 'relay-cassandra-repair',
      description:
        "Repair of what this node is the first to hold: once a week, before Cassandra's ten days are over",
      nodetool: ['repair', '--full', '--partitioner-range'],
      calendar: `${day} 01:${minute} UTC`,
    },
    {
      name: 'relay-cassandra-paxos',
      description: 'Repair of what conditional writes left behind, so that it can be purged',
      nodetool: ['repair', '--paxos-only'],
      calendar: `*-*-* ${String(4 + (place % 8)).padStart(2, '0')}:${minute} UTC`,
    },
    {
      name: 'relay-cassandra-snapshot',
      description: `Snapshot of this node's data, kept for ${SNAPSHOTS_KEPT_DAYS} days on its own disk`,
      nodetool: ['snapshot', '--ttl', `${SNAPSHOTS_KEPT_DAYS}d`],
      calendar: `*-*-* 00:${minute} UTC`,
    },
  ];
}

/**
 * The text of a job's service. One that fails, since a node is down for one, is tried again every hour. Only After= its
 * own node: with Requisite= one that comes up while the node is down fails before it is started, which Restart= doesn't
 * see, and a repair missed so waits for the next week: longer than Cassandra's ten days.
 */
export const jobService = ({
  description,
  nodetool,
}: Job): string => `# Written by relay cluster apply: what is changed here is changed back.
[Unit]
Description=${description}
After=${PLACES.cassandra.unit}

[Service]
Type=oneshot
ExecStart=${CASSANDRA_FILES.nodetool} ${nodetool.join(' ')}
Environment=CASSANDRA_CONF=${PLACES.cassandra.etc}
User=${PLACES.cassandra.user}
Group=${PLACES.cassandra.user}
WorkingDirectory=${PLACES.cassandra.state}
# nodetool writes what it was asked into its user's home.
ReadWritePaths=${PLACES.cassandra.state}
Restart=on-failure
RestartSec=1h
TimeoutStartSec=12h
Nice=10
IOSchedulingClass=idle

${SANDBOX}`;

/** The text of a job's timer. What was missed while the host was off is made up for. */
export const jobTimer = ({
  description,
  calendar,
  name,
}: Job): string => `# Written by relay cluster apply: what is changed here is changed back.
[Unit]
Description=${description}

[Timer]
Unit=${name}.service
OnCalendar=${calendar}
Persistent=true

[Install]
WantedBy=timers.target
`;
