/** The words that the parts of `hosts/` share. */

/** `cluster.yaml`, checked, with defaults filled in and paths absolute. */
export interface Inventory {
  /** The file it came from. */
  path: string;
  /** The relay's name; Cassandra's cluster is called so too. */
  name: string;
  /** Alerts are mailed to addresses of it; its MX records name the hosts. */
  domain: string;
  /** What stands in links and webhooks, e.g. https://alerts.example.com; null: nobody is told of any. */
  publicUrl: string | null;
  /** In an order that stays: a new one comes last. */
  hosts: HostSpec[];
  /** Networks (CIDR) that may come in by ssh; empty: from anywhere, with a limit on the rate. */
  admins: string[];
  intake: {
    /** Networks (CIDR) that may mail without a key. */
    allowFrom: string[];
    /** New connections that one address may make a second, and at once; more are dropped and counted. */
    newPerSecond: number;
    burst: number;
  };
  /** For HTTPS and STARTTLS; null: certificates of the cluster's own authority. */
  certificate: { certFile: string; keyFile: string } | null;
  /** Sections of relay.yaml that are the same everywhere: mail, twilio, providers, imap, paging, catchAll, watch, … */
  relay: Record<string, unknown>;
  /** Files on the admin's machine that `relay` names (secrets, certificates), by the path they get on a host. */
  relayFiles: Record<string, string>;
  /** Where the file names each of those of the admin's machine, by absolute path: `cluster.yaml:12: roster`; absent: nobody knows. */
  namedAt?: Record<string, string>;
  /** Paths of tarballs; null: the newest in dist/ beside the running relay. */
  releases: { relay: string | null; cassandra: string | null };
  cassandra: {
    keyspace: string;
    /** Null: by the host's memory. */
    heapMb: number | null;
  };
  metrics: {
    statsd: string | null;
    prefix: string;
    tags: 'none' | 'dogstatsd';
    constantTags: Record<string, string>;
  };
  /** Where each host's nightly backup goes besides its own disk; null: nowhere. */
  backup: { to: string | null; keep: number };
  /** NTP servers or pools; empty: Debian's own. */
  timeServers: string[];
  /** The first roster, applied while the relay has none; null: none is given. */
  rosterFile: string | null;
}

export interface HostSpec {
  /** Short, as in certificates: a1. */
  name: string;
  /** Who runs the machine. One provider is one datacenter. */
  provider: string;
  /** Cassandra's name for the provider: dc-PROVIDER. */
  datacenter: string;
  /** IPv4 or IPv6, as everybody reaches it. */
  address: string;
  /** As hosts of the same provider reach it; null: they use `address`. */
  privateAddress: string | null;
  /** What its MX record says; null: NAME.DOMAIN. */
  mailName: string | null;
  ssh: SshTarget;
  /** The network or carrier it hangs on, if known: two providers on the same one are warned about. */
  network: string | null;
}

/** How the admin's ssh reaches a host. What is null is left to ssh's own configuration. */
export interface SshTarget {
  /** A name of ssh_config or an address. */
  host: string;
  user: string | null;
  port: number | null;
  identityFile: string | null;
  /** `-F`. */
  configFile: string | null;
}

/** Secrets of the cluster, made once and kept beside cluster.yaml with mode 600. */
export interface ClusterSecrets {
  /**
   * Signs hosts' certificates. Its key never leaves the admin's machine. `cert` is what hosts are to trust: while the
   * authority is being replaced, the other one's certificate follows its own.
   */
  authority: { cert: string; key: string };
  /** By host name, all as PEM texts. */
  certificates: Record<string, { cert: string; key: string }>;
  /** Signs reply addresses: the same on all hosts. */
  tokenKey: Uint8Array;
  apiToken: string;
  /** Cassandra's superuser, which replaces the one that it is born with. */
  cassandraAdmin: { user: string; password: string };
  /** The role that relay uses. A new password comes with another role, so that hosts may change over one by one. */
  cassandraRelay: { user: string; password: string };
  /** What they were before the passwords were renewed, until that is done a second time: for hosts and nodes that don't know the new ones yet. */
  former?: {
    cassandraAdmin?: { user: string; password: string };
    cassandraRelay?: { user: string; password: string };
  };
}

/** What a host was found to be and to have. */
export interface Facts {
  /** As in /etc/os-release: debian, 12. */
  os: { id: string; version: string };
  arch: 'x64' | 'arm64' | 'other';
  cores: number;
  /** What programs may use: the smaller of the machine's and the container's. */
  memoryMb: number;
  /** Free where /var/lib lies. */
  diskFreeMb: number;
  /** The host's clock less the admin's, to within half a round trip. */
  clockOffsetMs: number;
  /** Installed ones of those that components need, by name. */
  packages: Record<string, string>;
  users: string[];
  /** Groups that a user is in besides the one of its own name. */
  groups?: Record<string, string[]>;
  /** Those of the asked groups that there are. */
  groupNames?: string[];
  /** By path; null: not there. A folder's sha256 is the word `folder`, that of a link or a device `other`. */
  files: Record<string, FoundFile | null>;
  units: Record<string, FoundUnit>;
  relay: FoundReleases;
  cassandra: FoundReleases;
  /** Paths that an earlier apply put there. */
  managed: string[];
  /** Who listens on which port: "tcp 0.0.0.0:25 exim4". */
  listening: string[];
  /** Those of its interfaces; absent: not asked. Behind one-to-one NAT `HostSpec.address` isn't among them. */
  addresses?: string[];
  /** The ruleset in the kernel as `nft -s -t list table inet relay` prints it; null: none. */
  firewall: string | null;
  /** What the rules file there makes, listed likewise; absent: there is none, or nft doesn't take it. */
  firewallMade?: string;
}

export interface FoundFile {
  sha256: string;
  mode: number;
  owner: string;
  group: string;
  /** For differences; null where it is secret, binary or over 64 KiB. */
  text: string | null;
}

export interface FoundUnit {
  /** It runs, or was started and its own conditions keep it from running on this host. */
  active: boolean;
  enabled: boolean;
  /** The digest of what it was last started or reloaded with by apply; null: never. */
  startedWith: string | null;
}

export interface FoundReleases {
  /** Versions in the folder of releases, whole ones only. */
  present: string[];
  current: string | null;
  previous: string | null;
  /** What its process was started from; absent: it doesn't run, or nobody can tell. */
  runs?: string;
}

/** All that a component may know. */
export interface HostContext {
  inventory: Inventory;
  host: HostSpec;
  facts: Facts;
  secrets: ClusterSecrets;
  /** Contents of the files that the inventory names (`relayFiles`, `certificate`, …), by their path on the admin's machine. */
  givenFiles: Record<string, Uint8Array>;
}

export interface DesiredFile {
  path: string;
  content: string | Uint8Array;
  /** E.g. 0o640. */
  mode: number;
  owner: string;
  group: string;
  /** Differences never show its content. */
  secret: boolean;
  /** A line of POSIX sh that fails when the staged file, `$FILE`, can't be used: before anything is put in place. */
  check?: string;
}

export interface DesiredUnit {
  name: string;
  /** `started`: enabled and running; `enabled`: started by others or at boot only. */
  state: 'started' | 'enabled';
  /** A change of one of these (paths of desired files, or a release's `current`) means a restart. */
  restartsOn: string[];
  /** A change of one of these means a reload. */
  reloadsOn: string[];
}

export interface DesiredFolder {
  path: string;
  mode: number;
  owner: string;
  group: string;
}

/** A system user without a shell, and a group of its own name. */
export interface DesiredUser {
  name: string;
  home: string;
  /** Further groups. */
  groups: string[];
}

export type ComponentName =
  | 'base'
  | 'time'
  | 'firewall'
  | 'cassandra'
  | 'relay'
  | 'proxy'
  | 'metrics'
  | 'backup';

/** One part of a host, as a pure function of the context. */
export interface Component {
  name: ComponentName;
  /** Debian packages. */
  packages: readonly string[];
  users(context: HostContext): DesiredUser[];
  /** Groups that people are put into by hand. */
  groups?: readonly string[];
  folders(context: HostContext): DesiredFolder[];
  files(context: HostContext): DesiredFile[];
  units(context: HostContext): DesiredUnit[];
}
