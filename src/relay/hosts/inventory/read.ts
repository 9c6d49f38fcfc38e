/** Reads cluster.yaml: parsed, checked as a whole, defaults filled in, paths made absolute. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { formatListen } from '../../config/listen.ts';
import { metricsProblems } from '../../config/metrics.ts';
import { line, schemaProblems } from '../../config/problems.ts';
import type { KeyPath, Source } from '../../config/problems.ts';
import { keysAt } from '../../config/schema-keys.ts';
import { readSource, refuse } from '../../config/source.ts';
import { ConfigError } from '../../config/types.ts';
import type { HostSpec, Inventory } from '../types.ts';
import type { Finding } from './finding.ts';
import { layoutFindings } from './layout.ts';
import { namedAt } from './named-at.ts';
import { relayProblems, withHostPaths } from './relay-part.ts';
import { inventorySchema } from './schema.ts';
import type { InventoryFile } from './schema.ts';

/** What commands look for in the folder they are run in. */
export const INVENTORY_NAME = 'cluster.yaml';

/**
 * Rejects with ConfigError naming every problem at once, each with its line. Reads no other file. `anyShape`: also a
 * layout that nobody should set up, since a host has left: what is there can still be looked at and kept.
 */
export async function readInventory(path: string, anyShape = false): Promise<Inventory> {
  const file = resolve(path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR') throw error;
    const cure =
      code === 'ENOENT'
        ? 'no such file; relay init --cluster makes one, --file FILE names another'
        : 'not a file that can be read';
    throw new ConfigError([`${file}: ${cure}`]);
  }
  return inventoryOf(file, bytes, anyShape);
}

/** The same for a file already read; `path` is absolute. */
export function inventoryOf(path: string, bytes: Uint8Array, anyShape = false): Inventory {
  const source = readSource(path, bytes);
  const parsed = inventorySchema.safeParse(source.document.toJS() ?? {});
  const known = (at: KeyPath): string[] => keysAt(inventorySchema, at);
  refuse(schemaProblems(source, parsed.error?.issues ?? [], known));
  if (!parsed.success) throw new ConfigError([`${path}: not an inventory`]);
  const inventory = made(path, parsed.data);
  refuse([...layoutProblems(source, inventory.hosts, anyShape), ...problemsOfMetrics(source, parsed.data)]);
  refuse(relayProblems(source, inventory));
  const absolute = absoluteIn(dirname(path));
  return {
    ...inventory,
    ...withHostPaths(inventory.relay, absolute),
    namedAt: namedAt(source, absolute),
  };
}

/** What the layout says that stops nothing. */
export const inventoryFindings = (inventory: Inventory): Finding[] =>
  layoutFindings(inventory.hosts)
    .filter(({ level }) => level !== 'refuse')
    .map(({ level, at, what, cure }) => ({
      host: at === null ? null : (inventory.hosts[at.index]?.name ?? null),
      level,
      what,
      cure,
    }));

function layoutProblems(source: Source, hosts: readonly HostSpec[], anyShape: boolean): string[] {
  return layoutFindings(hosts)
    .filter(({ level, at }) => level === 'refuse' && (at !== null || !anyShape))
    .map(({ at, what, cure }) =>
      line(source, at === null ? ['hosts'] : ['hosts', at.index, at.key], `${what}; ${cure}`),
    );
}

/** Five hosts send to one server. */
function problemsOfMetrics(source: Source, { metrics: { statsd, ...how } }: InventoryFile): string[] {
  if (statsd === undefined) return [];
  const file = { statsd, latencies: 'ms', ...how } as const;
  return metricsProblems(file, true).map(({ key, text }) => line(source, ['metrics', key], text));
}

/** `~` is the home folder of whoever runs this, as in ssh's own files. */
export const absoluteIn =
  (folder: string) =>
  (path: string): string =>
    path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(folder, path);

/** `relay` is still as written in it. */
function made(path: string, file: InventoryFile): Inventory {
  const at = absoluteIn(dirname(path));
  const maybe = (name: string | undefined): string | null => (name === undefined ? null : at(name));
  const { certificate, releases, cassandra, metrics, backup } = file;
  return {
    path,
    name: file.name,
    domain: file.domain,
    publicUrl: file.publicUrl ?? null,
    hosts: file.hosts.map((host) => ({
      name: host.name,
      provider: host.provider,
      datacenter: `dc-${host.provider}`,
      address: host.address,
      privateAddress: host.private ?? null,
      mailName: host.mail ?? null,
      ssh: {
        host: host.ssh?.host ?? host.address,
        user: host.ssh?.user ?? file.ssh.user ?? null,
        port: host.ssh?.port ?? file.ssh.port ?? null,
        identityFile: maybe(host.ssh?.key ?? file.ssh.key),
        configFile: maybe(host.ssh?.config ?? file.ssh.config),
      },
      network: host.network ?? null,
    })),
    admins: file.admins,
    intake: file.intake,
    certificate:
      certificate === undefined ? null : { certFile: at(certificate.cert), keyFile: at(certificate.key) },
    relay: file.relay,
    relayFiles: {},
    releases: { relay: maybe(releases.relay), cassandra: maybe(releases.cassandra) },
    cassandra: { keyspace: cassandra.keyspace, heapMb: cassandra.heapMb ?? null },
    metrics: {
      statsd: metrics.statsd === undefined ? null : formatListen(metrics.statsd),
      prefix: metrics.prefix,
      tags: metrics.tags,
      constantTags: metrics.constantTags ?? {},
    },
    backup: { to: backup.to ?? null, keep: backup.keep },
    timeServers: file.time.servers,
    rosterFile: maybe(file.roster),
  };
}

/** The name that other mail servers, and certificates, know a host by. */
export const mailNameOf = (inventory: Pick<Inventory, 'domain'>, host: HostSpec): string =>
  host.mailName ?? `${host.name}.${inventory.domain}`;
