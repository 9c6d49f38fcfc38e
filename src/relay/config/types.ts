/** The configuration as the daemon uses it: checked, paths absolute, defaults filled in. Secrets stay in files. */
import type { HttpTemplate } from '../messaging/http/template.ts';

import type { ImapServer } from './imap-url.ts';

export interface Listen {
  host: string;
  /** 0: any free port (tests). */
  port: number;
}

export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

export interface SqliteStore {
  kind: 'sqlite';
  path: string;
}

export interface CassandraStore {
  kind: 'cassandra';
  /** HOST:PORT each. */
  contactPoints: string[];
  /** The one that this host stands in. */
  datacenter: string;
  keyspace: string;
  /** The password comes from passwordFile or RELAY_CASSANDRA_PASSWORD. */
  user: string | null;
  passwordFile: string | null;
  /** Null only where every contact point is this machine. */
  tls: { caFile: string; certFile: string | null; keyFile: string | null } | null;
  /** Replicas by datacenter, for `relay store migrate`; null: the keyspace stays as it is. */
  replication: Record<string, number> | null;
}

/** A mailbox on a server elsewhere that alerts, or answers to pages, are mailed to. */
export interface ImapMailbox {
  server: ImapServer;
  /** Null: RELAY_IMAP_PASSWORD. */
  passwordFile: string | null;
  mailbox: string;
  alerts: boolean;
  replies: boolean;
  /** For alerts whose addresses name no service; null: such mail is left alone. */
  service: string | null;
  /** What becomes of a mail once what it says is durable. */
  done: 'seen' | 'delete' | { move: string };
  pollSeconds: number;
  /** Where answers to pages go, with {token} in it; null: nowhere (only without `replies`). */
  replyAddress: string | null;
}

export interface ClusterHost {
  name: string;
  datacenter: string;
  /** HOST:PORT where the other hosts reach it. */
  address: string;
}

/** A provider beside Twilio and the mail servers. */
export interface ProviderConfig {
  /** Unique; rows, problems and push addresses name it. */
  name: string;
  channel: 'sms' | 'voice' | 'push';
  /** The secret comes from secretFile or RELAY_SECRET_NAME. */
  by:
    | { kind: 'http'; template: HttpTemplate; secretFile: string | null }
    | { kind: 'exec'; command: string[]; timeoutSeconds: number };
  /** What it takes at most. */
  limit: { messages: number; seconds: number } | null;
}

export interface Config {
  /** The file it came from. */
  path: string;
  store: SqliteStore | CassandraStore;
  http: {
    listen: Listen;
    /** CIDR ranges of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; absent: none. */
    proxy?: string[];
    publicUrl: string | null;
    tls: TlsFiles | null;
    /** How long the links in messages lead to their page; absent: LINK_DAYS. */
    linkDays?: number;
  } | null;
  smtp: {
    listen: Listen;
    domain: string;
    /** CIDR ranges of proxies, which must speak the PROXY protocol; absent: none. */
    proxy?: string[];
    /** A second listener, where everything needs AUTH; absent: none. */
    submission?: Listen;
    /** CIDR ranges that need no key or AUTH. */
    allowFrom: string[];
    tls: TlsFiles | null;
    /** Lines `user:scrypt-hash` for SMTP AUTH. */
    usersFile: string | null;
  } | null;
  /** Private networks (CIDR) that calendars of absences may be read from; absent: none. */
  calendars?: { networks: string[] };
  mail: {
    /** smtp://user@host:port, smtps://… ; the password comes from passwordFile or RELAY_MAIL_PASSWORD. */
    url: string;
    from: string;
    passwordFile: string | null;
    /** Servers behind that one, in order; absent: none. Their passwords may come from RELAY_MAIL_PASSWORD_2 and so on. */
    behind?: { url: string; from: string; passwordFile: string | null }[];
    replyTo: string | null;
    /** Whether replies by mail reach this daemon. `auto`: by looking where mail to smtp.domain goes. */
    replyWorks: boolean | 'auto';
    /** A reply counts only when DKIM or SPF proves that the person wrote it; absent: the token in its address is enough. */
    requireDmarc?: boolean;
  } | null;
  /** Absent: none. */
  imap?: ImapMailbox[];
  twilio: {
    accountSid: string;
    authTokenFile: string | null;
    secondaryTokenFile: string | null;
    from: string;
    baseUrl: string;
    /** Null: 5 s while a page is open, else 60 s. */
    pollSeconds: number | null;
    /** How calls are made: the caller (null: `from`, when it is a number), and who speaks (null: Twilio's usual voice). */
    voice?: { from: string | null; voice: string | null; language: string | null };
  } | null;
  /** Behind twilio, in the order in which each channel tries them; absent: none. */
  providers?: ProviderConfig[];
  /** Messages about incidents that one contact gets: so many at once, then one in so long, for all that came meanwhile. */
  paging: { atOnce: number; everyMs: number };
  /** People to page when nobody else is left; empty: everybody. */
  catchAll: string[];
  api: { socket: string; listen: Listen | null; tokenFile: string | null };
  /** Null: this host is alone. Otherwise this host is among the hosts. */
  cluster: {
    listen: Listen;
    tls: TlsFiles & { caFile: string };
    hosts: ClusterHost[];
  } | null;
  /** A folder for what was accepted and isn't in the journal yet. */
  spool: string;
  watch: {
    /** Fetched while alerts come through. As secret as a password: never in logs, errors or answers. */
    pingUrl: string | null;
    /** How often pingUrl is to be fetched at least. */
    everySeconds: number;
    /** Folders whose disks are looked at besides relay's own; absent: none. */
    disks?: string[];
    /** Other relays, whose /readyz this one asks. */
    peers: { name: string; readyUrl: string }[];
  } | null;
  /** Where numbers are pushed to; absent: nowhere. */
  metrics?: {
    /** A StatsD server, by UDP. */
    statsd: Listen;
    prefix: string;
    /** Whether labels become DogStatsD's tags, or parts of the name. */
    tags: 'dogstatsd' | 'none';
    /** The type that durations are sent with, always in milliseconds. */
    latencies: 'ms' | 'h' | 'd';
    /** Sent with everything; only with tags. */
    constantTags: Record<string, string>;
  };
  /** How long alerts are still taken after the end was asked for, while /readyz says no; absent: not at all. */
  drainMs?: number;
  /** Holds tokens' signing key and the generated TLS certificate. */
  keyDir: string;
  /** This host's name in stamps and claims, and among the cluster's hosts. */
  host: string;
}

/** What the agent goes by that tells of a host. */
export interface AgentConfig {
  /** The file it came from. */
  path: string;
  /** Where Prometheus asks. */
  listen: Listen;
  /** How often StatsD is told. */
  everyMs: number;
  /** Null: StatsD isn't. */
  metrics: NonNullable<Config['metrics']> | null;
  /** URLs of exporters on this host; null: there is none. */
  haproxy: string | null;
  cassandra: string | null;
}

/** A broken configuration: `file:line: key: what was expected`. Each problem is one line. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: string[];
  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
