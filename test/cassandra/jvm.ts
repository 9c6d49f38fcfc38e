/** The command lines of Cassandra's programs under Java 17, tuned to start fast on few cores. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Java } from '../../release/cassandra/java.ts';
import type { ClusterNode } from './plan.ts';

/** What nodes are run with: a Java, the jars in order, and an archive of loaded classes when there is one. */
export interface Software {
  java: Java;
  jars: string[];
  archive: string | null;
}

/** Packages of Java that Cassandra reaches into: on hosts as in tests. */
const MODULES = readFileSync(
  new URL('../../release/cassandra/host/conf/modules.options', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line.startsWith('--'));
const SMALL = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Without this an archive is left unused beside an agent, in silence, both when it is made and when it is used. */
export const ARCHIVE_WITH_AGENT = ['-XX:+UnlockDiagnosticVMOptions', '-XX:+AllowArchivingWithJavaAgent'];

/** The arguments of a node. No secret stands in them: the configuration files are the node's own. */
export function nodeArguments(
  { jars, archive }: Software,
  node: ClusterNode,
  heapMb: number,
  extra: readonly string[],
): string[] {
  const agent = jars.find((jar) => /\/jamm-[^/]*$/.test(jar));
  if (agent === undefined)
    throw new Error('jamm is not among the jars of Cassandra: remove them, to fetch them anew');
  return [
    `-javaagent:${agent}`,
    '-Xms64m',
    `-Xmx${heapMb}m`,
    '-Xss256k',
    '-XX:MaxDirectMemorySize=128m',
    '-XX:ReservedCodeCacheSize=64m',
    ...SMALL,
    '-XX:-UsePerfData',
    '-XX:+ExitOnOutOfMemoryError',
    '-Djava.net.preferIPv4Stack=true',
    ...(archive === null ? [] : [...ARCHIVE_WITH_AGENT, `-XX:SharedArchiveFile=${archive}`, '-Xshare:auto']),
    ...MODULES,
    ...extra,
    ...places(node, 'logback.xml'),
    `-Dcassandra-rackdc.properties=${url(node, 'rackdc.properties')}`,
    `-Dcassandra.logdir=${node.dir}`,
    '-Dcassandra-foreground=yes',
    `-Dcassandra.jmx.local.port=${node.jmxPort}`,
    '-Djava.rmi.server.hostname=127.0.0.1',
    // On one machine a second tells enough about the ring.
    '-Dcassandra.ring_delay_ms=1000',
    '-Dcassandra.skip_wait_for_gossip_to_settle=0',
    // Tried again as often, until a majority is there to keep the first role.
    '-Dcassandra.superuser_setup_delay_ms=100',
    '-Dcassandra.available_processors=1',
    // Costs of a start that buy a test nothing: an exact estimate of a row's overhead (3 s of CPU), and a library that
    // only feeds warnings. Not cassandra.unsafesystem, which would spare a second more: tables made since the start
    // are then unknown when a killed node reads its commit log again, and what was written to them is gone.
    '-Dcassandra.memtable_row_overhead_computation_step=100',
    '-Dcassandra.test.ignore_sigar=true',
    '-cp',
    jars.join(':'),
    'org.apache.cassandra.service.CassandraDaemon',
  ];
}

/** The arguments of nodetool against a node. */
export function nodetoolArguments({ jars }: Software, node: ClusterNode, words: readonly string[]): string[] {
  return [
    '-Xmx128m',
    ...SMALL,
    ...MODULES,
    ...places(node, 'logback-tools.xml'),
    // It writes what it was asked into its user's home.
    `-Duser.home=${node.dir}`,
    '-cp',
    jars.join(':'),
    'org.apache.cassandra.tools.NodeTool',
    '-h',
    '127.0.0.1',
    '-p',
    String(node.jmxPort),
    ...words,
  ];
}

function places(node: ClusterNode, logging: string): string[] {
  return [
    `-Dcassandra.config=${url(node, 'cassandra.yaml')}`,
    `-Dlogback.configurationFile=${url(node, logging)}`,
    `-Dcassandra.storagedir=${node.dir}`,
  ];
}

const url = ({ dir }: ClusterNode, name: string): string => pathToFileURL(join(dir, name)).href;
