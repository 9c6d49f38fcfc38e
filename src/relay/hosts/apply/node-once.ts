/** What holds for one start of a node only: options of Java, and a cassandra.yaml in which it is no seed. */
import { CASSANDRA_FILES } from '../components/cassandra/files.ts';
import { PLACES } from '../places.ts';
import type { Remote } from '../ssh/port.ts';

const { etc } = PLACES.cassandra;

/** A folder of configuration for that start; what lies in the other one is what `apply` keeps it as. */
const JOINING = `${etc}/joining`;

/** Sh: the node is up, and starts as usual from now on. */
export const FORGET_ONCE = `rm -f ${CASSANDRA_FILES.once}\nrm -rf ${JOINING}`;

/**
 * Puts it on the host's disk, so that a host that is rebooted half-way goes on with it. `yaml`: null for the usual one.
 * Rejects with HostError.
 */
export async function putOnce(
  remote: Remote,
  options: readonly string[],
  yaml: string | null,
): Promise<void> {
  const lines = [
    // Java reads this before its arguments.
    ...(options.length === 0 ? [] : [`JDK_JAVA_OPTIONS="${options.join(' ')}"`]),
    ...(yaml === null ? [] : [`CASSANDRA_CONF=${JOINING}`]),
  ];
  const script = `
umask 022
mkdir -p ${PLACES.memory}
${
  yaml === null
    ? ''
    : `rm -rf ${JOINING}
mkdir ${JOINING}
cp ${etc}/*.properties ${etc}/*.options ${etc}/*.xml ${JOINING}/
for more in ${etc}/jmx-exporter.yaml; do if [ -e "$more" ]; then cp "$more" ${JOINING}/; fi; done
cat > ${CASSANDRA_FILES.yaml.replace(etc, JOINING)}
sync ${JOINING}/*`
}
cat > ${CASSANDRA_FILES.once}.new <<'ONCE'
${lines.join('\n')}
ONCE
sync ${CASSANDRA_FILES.once}.new
mv -fT ${CASSANDRA_FILES.once}.new ${CASSANDRA_FILES.once}`;
  await remote.run('put what holds for the first start', script, { stdin: yaml ?? '' });
}
