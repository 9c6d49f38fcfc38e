/** What may be known of several hosts and the store they share: gathered by whoever looks, judged in judge.ts. */
import type { Machines } from '../store/port.ts';
import type { SpoolJson } from './wire.ts';

/** What a host says of itself; null where it didn't. */
export interface HostInfo {
  version: string | null;
  life: string | null;
  since: string | null;
  mode: 'together' | 'alone' | 'draining' | null;
  clock: { offMs: number; exactMs: number | null; trusted: boolean } | null;
  spool: SpoolJson | null;
  rosterVersion: number | null;
  /** True: it started without a quorum, from what it had kept of the roster, and has not read it since. */
  rosterKept?: boolean;
  canaryAgeSeconds: number | null;
  /** It was told to end, and gives its work away. */
  leaving?: boolean;
}

export interface HostFacts {
  name: string;
  datacenter: string;
  /** It stands in cluster.hosts. */
  configured: boolean;
  /** Whether its signs of life go on; null: they could not be read. */
  beats: boolean | null;
  /** How long ago the last of them was seen, Infinity where nobody knows; null: none was. */
  beatAgoMs: number | null;
  /** What asking it itself gave: null: it wasn't asked, '' it answered, else why not. */
  trouble: string | null;
  /** The newest that it said, by itself or with a sign of life. */
  info: HostInfo | null;
  shards: number;
}

export interface ClusterFacts {
  /** The host that looks; null: a command without its daemon. */
  asked: string | null;
  nowMs: number;
  hosts: HostFacts[];
  /** Null: they could not be looked at. */
  machines: Machines | null;
  /** For how long the host that looks has had no quorum; null: it has one; undefined: nobody has tried. */
  noQuorumForMs: number | null | undefined;
  lag: { journal: number; due: number; oldestSeconds: number | null } | null;
}
