/** Where things lie on a host. */

export const PLACES = {
  relay: {
    /** A folder for each release, and the links `current` and `previous`. */
    releases: '/opt/relay',
    current: '/opt/relay/current',
    command: '/usr/local/bin/relay',
    etc: '/etc/relay',
    config: '/etc/relay/relay.yaml',
    secrets: '/etc/relay/secrets',
    caFile: '/etc/relay/tls/ca.pem',
    certFile: '/etc/relay/tls/host.pem',
    keyFile: '/etc/relay/tls/host.key',
    state: '/var/lib/relay',
    keys: '/var/lib/relay/keys',
    spool: '/var/lib/relay/spool',
    socket: '/run/relay/relay.sock',
    backups: '/var/backups/relay',
    unit: 'relay.service',
    user: 'relay',
  },
  cassandra: {
    releases: '/opt/relay-cassandra',
    current: '/opt/relay-cassandra/current',
    etc: '/etc/relay-cassandra',
    state: '/var/lib/relay-cassandra',
    logs: '/var/log/relay-cassandra',
    unit: 'relay-cassandra.service',
    user: 'relay-cassandra',
  },
  proxy: { config: '/etc/haproxy/haproxy.cfg', tls: '/etc/haproxy/relay', unit: 'haproxy.service' },
  firewall: { rules: '/etc/nftables.d/relay.nft', unit: 'relay-firewall.service' },
  time: { config: '/etc/chrony/conf.d/relay.conf', unit: 'chrony.service' },
  /** What `apply` remembers on the host: which files it manages, and with which each unit was last started. */
  memory: '/var/lib/relay-host',
} as const;
