/** What a host of a local cluster is installed with: its relay.yaml, certificates, keys and passwords. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { keyFilesIn, makeKeys } from '../../src/relay/setup/keys.ts';
import type { Cluster } from '../cassandra/cluster.ts';
import { replicationOf } from '../cassandra/plan.ts';
import { type Authority, makeHostTls, writeHostTls } from './certificates.ts';
import type { HostPlace } from './layout.ts';
import { RELAY_PHONE, type Standins } from './standins.ts';

export const DOMAIN = 'alerts.example.com';
export const KEYSPACE = 'relay';

/** What all hosts have in common. */
export interface Common {
  hosts: readonly HostPlace[];
  nodes: Cluster;
  authority: Authority;
  standins: Standins;
  /** The folder of the first host's keys, which all others copy. */
  keys: string;
}

/** Writes it all to `dir`; gives the path of relay.yaml. May be called again for a host that lost its disk. */
export async function installHost(dir: string, host: HostPlace, common: Common): Promise<string> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const { nodes, authority, standins, keys } = common;
  const tls = writeHostTls(join(dir, 'tls'), await makeHostTls(authority, host.name));
  const keyDir = join(dir, 'keys');
  // Replies may come in at any host: all sign with the same key, and speak SMTP with the same certificate.
  if (existsSync(keys)) copyKeys(keys, keyDir);
  await makeKeys(keyDir, DOMAIN, Date.now());
  if (!existsSync(keys)) copyKeys(keyDir, keys);
  const secret = (name: string, text: string): string => {
    writeFileSync(join(dir, name), `${text}\n`, { mode: 0o600 });
    return name;
  };
  const { credentials, caFile } = nodes;
  if (credentials === null || caFile === null) throw new Error('hosts want nodes with TLS and a login');
  const file = join(dir, 'relay.yaml');
  const config = {
    host: host.name,
    store: {
      cassandra: {
        contactPoints: nodes.contactPoints.map((address) => `${address}:${nodes.cqlPort}`),
        datacenter: host.datacenter,
        keyspace: KEYSPACE,
        user: credentials.username,
        passwordFile: secret('cassandra.password', credentials.password),
        tls: { caFile },
        replication: replicationOf(nodes.nodes),
      },
    },
    cluster: {
      listen: `${host.listensAt ?? host.address}:${host.peers}`,
      tls,
      hosts: common.hosts.map(({ name, datacenter, address, peers }) => ({
        name,
        datacenter,
        address: `${address}:${peers}`,
      })),
      spool: 'spool',
    },
    keyDir: 'keys',
    http: { listen: `${host.address}:${host.http}` },
    smtp: { listen: `${host.address}:${host.smtp}`, domain: DOMAIN },
    // Each alert is a page of its own here: what is measured is how soon.
    paging: { atOnce: 1_000_000, everySeconds: 1 },
    mail: { url: standins.mailbox.url, from: `relay@${DOMAIN}`, replyWorks: true },
    twilio: {
      accountSid: standins.twilio.accountSid,
      authTokenFile: secret('twilio.token', standins.twilio.authToken),
      from: RELAY_PHONE,
      baseUrl: standins.twilio.baseUrl,
      pollSeconds: 1,
    },
    api: { socket: 'relay.sock' },
  };
  writeFileSync(file, stringify(config));
  return file;
}

function copyKeys(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const source = keyFilesIn(from);
  const target = keyFilesIn(to);
  for (const [path, copy] of [
    [source.tokenKey, target.tokenKey],
    [source.apiToken, target.apiToken],
    [source.tls.certFile, target.tls.certFile],
    [source.tls.keyFile, target.tls.keyFile],
  ] as const)
    copyFileSync(path, copy);
}
