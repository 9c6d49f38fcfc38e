/** What may stand in cluster.yaml. Each leaf says in words what it expects; paths are still as written there. */
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { cidr, DOMAIN, filePath, leaf, textThat, webUrl } from '../../config/leaves.ts';
import { metrics } from '../../config/schema-metrics.ts';

/** Of hosts and providers: they stand in certificates, file names and Cassandra's names of datacenters. */
const shortName = (what: string, example: string) =>
  textThat(`${what} such as ${example} (a-z, 0-9, -, at most 32)`, (text) =>
    /^[a-z](?:[a-z\d-]{0,30}[a-z\d])?$/u.test(text) ? text : undefined,
  );

const domain = textThat('a domain such as alerts.example.com', (text) =>
  DOMAIN.test(text) && text.includes('.') ? text.toLowerCase() : undefined,
);

/** Only what a packet can be sent to: not a network, not everybody, not the machine itself. */
const HOST_RANGES = new Set(['unicast', 'private', 'uniqueLocal', 'carrierGradeNat', 'reserved']);
const address = textThat('the IPv4 or IPv6 address of the host such as 192.0.2.1', (text) => {
  if (!ipaddr.isValid(text) || (text.includes('.') && !ipaddr.IPv4.isValidFourPartDecimal(text)))
    return undefined;
  const parsed = ipaddr.parse(text);
  return HOST_RANGES.has(parsed.range()) || isDocumentation(parsed) ? parsed.toString() : undefined;
});
const isDocumentation = (one: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
  one.kind() === 'ipv6' && one.toString().startsWith('2001:db8:');

const count = (what: string, least: number, most: number) =>
  leaf(`${what} from ${least} to ${most}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : undefined,
  );

const user = textThat('a user such as root', (text) => (/^[\w][\w.-]{0,31}$/u.test(text) ? text : undefined));
const port = count('a port', 1, 65_535);
/** It becomes an argument of ssh: one that begins with a dash would be read as a flag. */
const sshHost = textThat('a name of your ssh_config or an address such as a1', (text) =>
  /^[\w][\w.:-]*$/u.test(text) ? text : undefined,
);
const sshKeys = {
  user: user.optional(),
  port: port.optional(),
  key: filePath.optional(),
  config: filePath.optional(),
};

const host = z.strictObject({
  name: shortName('a short name', 'a1'),
  provider: shortName('the name of whoever runs the machine', 'hetzner'),
  address,
  private: address.optional(),
  mail: domain.optional(),
  network: textThat('the network that it hangs on such as AS64496', (text) => text).optional(),
  ssh: z.strictObject({ host: sshHost.optional(), ...sshKeys }).optional(),
});

/** A folder of the host, or one that ssh reaches. */
const backupTarget = textThat(
  'a folder such as /srv/relay, or USER@HOST:/FOLDER such as backup@backup.example.com:/srv/relay',
  (text) => (/^(?:[\w][\w.-]*@[\w][\w.:[\]-]*:)?\/[\w./-]+$/u.test(text) ? text : undefined),
);

export const inventorySchema = z.strictObject({
  name: shortName('a name for this relay', 'relay').prefault('relay'),
  domain,
  publicUrl: webUrl('https://alerts.example.com').optional(),
  ssh: z.strictObject(sshKeys).prefault({}),
  hosts: z.array(host).min(1, 'five hosts, such as - {name: a1, provider: a, address: 192.0.2.1}'),
  admins: z.array(cidr).default([]),
  intake: z
    .strictObject({
      allowFrom: z.array(cidr).default(['127.0.0.0/8', '::1/128']),
      newPerSecond: count('a number of connections', 1, 100_000).default(50),
      burst: count('a number of connections', 1, 100_000).default(200),
    })
    .prefault({}),
  certificate: z.strictObject({ cert: filePath, key: filePath }).optional(),
  // Checked by the schema of relay.yaml: relay-part.ts.
  relay: z.record(z.string(), z.unknown(), 'sections of relay.yaml such as mail and twilio').default({}),
  releases: z.strictObject({ relay: filePath.optional(), cassandra: filePath.optional() }).prefault({}),
  cassandra: z
    .strictObject({
      // As Cassandra takes it without quotes.
      keyspace: textThat('the name of a keyspace such as relay', (text) =>
        /^[a-z][a-z\d_]{0,47}$/u.test(text) ? text : undefined,
      ).prefault('relay'),
      heapMb: count('a number of MB', 256, 65_536).optional(),
    })
    .prefault({}),
  metrics: metrics.omit({ latencies: true }).extend({ statsd: metrics.shape.statsd.optional() }).prefault({}),
  backup: z
    .strictObject({ to: backupTarget.optional(), keep: count('a number of nights', 1, 3_650).default(14) })
    .prefault({}),
  time: z
    .strictObject({
      servers: z
        .array(
          textThat('a time server such as ntp.example.com', (text) =>
            DOMAIN.test(text) || ipaddr.isValid(text) ? text : undefined,
          ),
        )
        .default([]),
    })
    .prefault({}),
  roster: filePath.optional(),
});

export type InventoryFile = z.output<typeof inventorySchema>;
