/** The ports that a host of a cluster uses, and who may come in at each. One list: HAProxy, firewall and relay.yaml follow it. */

/** From anywhere, to HAProxy. */
export const WORLD_PORTS = { smtp: 25, submission: 587, http: 80, https: 443 } as const;

/** From the other hosts of the cluster only. Each proves its name with a certificate of the cluster's own authority. */
export const PEER_PORTS = {
  /** Between Cassandra's nodes, TLS. */
  cassandraNodes: 7000,
  /** CQL, TLS. */
  cassandraClients: 9042,
  /** Between relays. */
  relay: 7391,
  /** Alerts that one host's HAProxy hands to another's: by mail, as submissions, by HTTP. */
  handedMail: 7325,
  handedSubmission: 7387,
  handedHttp: 7380,
} as const;

export const SSH_PORT = 22;

/** On loopback only; nothing else on the machine needs a firewall to keep off them. */
export const LOOPBACK_PORTS = {
  /** Relay behind HAProxy, which says who comes by the PROXY protocol. */
  smtp: 2525,
  submission: 2587,
  /** Relay behind HAProxy, which says who comes in X-Forwarded-For. */
  http: 8080,
  /** HAProxy's own numbers. */
  proxyMetrics: 8404,
  /** Cassandra's numbers. */
  cassandraMetrics: 9404,
  /** The host's numbers. */
  hostMetrics: 9405,
  /** nodetool. */
  jmx: 7199,
} as const;
