/** What `GET /v1/cluster` answers. Types only. Times are ISO 8601 in UTC; fields end in their unit. */

/**
 * `well`: all there is works. `weakened`: pages go out, but something is lost that should be seen to. `no-quorum`: each
 * host pages only what it accepts itself. `unknown`: nothing could be found out.
 */
export type ClusterVerdict = 'one-machine' | 'well' | 'weakened' | 'no-quorum' | 'unknown';

/**
 * `live`: it gives signs of life. `cut-off`: the same, but the host that was asked can't call it. `dead`: no sign of
 * life for a while. `silent`: it doesn't answer, and without a quorum no signs of life can be read. `never-seen`: none
 * in days.
 */
export type HostState = 'live' | 'cut-off' | 'dead' | 'silent' | 'never-seen';

/** What lies on disks beside the store. */
export interface SpoolJson {
  /** Accepted and not in the store yet. */
  waiting: number;
  /** How many of those lie on one disk only. */
  oneDisk: number;
  /** Accepted here and not known to be done. */
  own: number;
  /** Copies kept for other hosts. */
  copies: number;
  oldestSeconds: number | null;
  full: boolean;
}

export interface ClusterHostJson {
  name: string;
  datacenter: string;
  state: HostState;
  /** When the process started; of a dead host when its last sign of life was seen. */
  since: string | null;
  version: string | null;
  /** Names the process. */
  life: string | null;
  mode: 'together' | 'alone' | 'draining' | null;
  /** How far its clock is ahead of the others' middle, exact to `exactMs`. */
  clock: { offMs: number; exactMs: number | null; trusted: boolean } | null;
  /** How many of the 16 shards of work it owns. */
  shards: number;
  spool: SpoolJson | null;
  rosterVersion: number | null;
  /** How long ago a test input last came through all stages on it; null where it doesn't say. */
  canaryAgeSeconds: number | null;
  /** Why it can't be called, where that was tried. */
  trouble: string | null;
}

export interface ClusterNodeJson {
  address: string;
  datacenter: string;
  up: boolean;
}

export interface DatacenterJson {
  name: string;
  hosts: number;
  liveHosts: number;
  nodes: number;
  upNodes: number;
  /** Copies of everything that lie here; null when unknown. */
  copies: number | null;
}

export interface QuorumJson {
  /** Null: nobody could tell. */
  has: boolean | null;
  /** For how long the host that was asked has had none. */
  lostForMs: number | null;
  /** Copies of each row: all of them, those surely on nodes that are up, and how many a quorum is. */
  copies: number | null;
  copiesUp: number | null;
  needed: number | null;
  /** Whether there would still be one without any one more of these. */
  survivesNode: boolean | null;
  survivesDatacenter: boolean | null;
}

export interface TroubleJson {
  text: string;
  cure: string;
}

export interface ClusterJson {
  verdict: ClusterVerdict;
  /** The verdict in one line. */
  text: string;
  /** The host whose daemon answered; null: this was found without one. */
  asked: string | null;
  hosts: ClusterHostJson[];
  /** Null: there are none, or they could not be looked at. */
  nodes: ClusterNodeJson[] | null;
  datacenters: DatacenterJson[];
  quorum: QuorumJson;
  /** Null: it could not be counted. */
  lag: { journal: number; due: number; oldestSeconds: number | null } | null;
  /** Over all hosts that said something. */
  spool: SpoolJson;
  /** The largest distance of a clock; null where none was measured. */
  skewMs: number | null;
  /** What is broken, the worst first. */
  problems: TroubleJson[];
  /** What is worth knowing and isn't broken. */
  notes: string[];
}

/** One line in `relay status`. */
export interface ClusterLineJson {
  text: string;
  /** False: something is broken. */
  ok: boolean;
}
