/** jvm.options of a host: what Cassandra's Java is started with, as far as that depends on the host. */
import { isIPv4 } from 'node:net';
import { PLACES } from '../../places.ts';
import { LOOPBACK_PORTS } from '../../ports.ts';
import type { HostContext } from '../../types.ts';
import { CASSANDRA_FILES } from './files.ts';
import { heapMbOf } from './memory.ts';

/** From here on pauses of the simple collector would be felt. */
const G1_FROM_MB = 1_024;

/** The file's text, one option a line. No secret stands in it: it shows in the process list. */
export function jvmOptions({ inventory, facts }: HostContext): string {
  const heapMb = heapMbOf(inventory, facts);
  const onlyIPv4 = inventory.hosts.every(
    ({ address, privateAddress }) => isIPv4(address) && (privateAddress === null || isIPv4(privateAddress)),
  );
  const options = [
    '# The heap is taken at once, and locked into memory.',
    `-Xms${heapMb}m`,
    `-Xmx${heapMb}m`,
    '-Xss256k',
    `-XX:MaxDirectMemorySize=${Math.max(heapMb / 2, 256)}m`,
    '-XX:MaxMetaspaceSize=256m',
    '-XX:ReservedCodeCacheSize=128m',
    '-XX:+AlwaysPreTouch',
    ...(heapMb < G1_FROM_MB
      ? ['-XX:+UseSerialGC']
      : ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=300', '-XX:+ParallelRefProcEnabled']),
    '# What is out of memory is ended and started anew by systemd.',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-HeapDumpOnOutOfMemoryError',
    '-XX:-UsePerfData',
    ...(onlyIPv4 ? ['-Djava.net.preferIPv4Stack=true'] : []),
    `-Djava.io.tmpdir=${CASSANDRA_FILES.temporary}`,
    `-Djna.tmpdir=${CASSANDRA_FILES.temporary}`,
    `-Dcassandra.storagedir=${PLACES.cassandra.state}`,
    `-Dcassandra.logdir=${PLACES.cassandra.logs}`,
    '# nodetool, from this machine only.',
    `-Dcassandra.jmx.local.port=${LOOPBACK_PORTS.jmx}`,
    '-Djava.rmi.server.hostname=127.0.0.1',
  ];
  return `# Written by relay cluster apply: what is changed here is changed back.\n${options.join('\n')}\n`;
}
