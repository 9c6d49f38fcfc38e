/** Where the files of a host's relay lie, besides those of places.ts. */
import { PLACES } from '../../places.ts';

const { etc, secrets, keys } = PLACES.relay;

export const RELAY_FILES = {
  config: PLACES.relay.config,
  cassandraPassword: `${secrets}/cassandra-password`,
  apiToken: `${secrets}/api-token`,
  /** What is shown to those who mail, where the inventory names a certificate. */
  publicCert: `${etc}/tls/public.pem`,
  publicKey: `${etc}/tls/public.key`,
  /** Stands for the parts of relay.yaml that only a restart brings into use. */
  restartsWith: `${etc}/restarts-with`,
  tokenKey: `${keys}/token.key`,
  unit: '/etc/systemd/system/relay.service',
  unitOnHosts: '/etc/systemd/system/relay.service.d/cluster.conf',
  sudoers: '/etc/sudoers.d/relay',
} as const;

/** Who may reload and restart relay, and read what it says. Not the group `relay`, which the daemon itself is in. */
export const ADMIN_GROUP = 'relay-admin';
