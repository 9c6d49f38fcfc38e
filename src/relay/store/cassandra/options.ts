/** What opening a Cassandra store takes, and what every part of it shares. */
import type { Clock, Log } from '../../engine/ports.ts';

/** One call to a coordinator, by what it costs: over a WAN one, one, three and one round trips between datacenters. */
export type RoundTrip = 'write' | 'read' | 'cas' | 'serial-read';

export interface CassandraAccess {
  /** Addresses, with `:port` unless it is 9042. */
  contactPoints: readonly string[];
  /** The datacenter that this host stands in. */
  localDatacenter: string;
  keyspace: string;
  credentials: { username: string; password: string } | null;
  /** Null: no TLS. PEM texts; `cert` and `key` where the nodes ask clients for a certificate. */
  tls: { ca: string; cert?: string; key?: string } | null;
  /** Addresses of the nodes to prefer, the nearest first: this machine's own node, if it has one. */
  nearest?: readonly string[];
  clock: Clock;
  log: Log;
}

export interface CassandraOptions extends CassandraAccess {
  /** This relay host's name. */
  host: string;
  /** How long done work can still be looked at; absent: 30. */
  retentionDays?: number;
  /** Opened although everything in it has moved, or is on its way here: who asks for this reads the notes. */
  evenMoved?: boolean;
  /** Told of each call to a coordinator: for the bench and for metrics. */
  onRoundTrip?: (kind: RoundTrip) => void;
}
