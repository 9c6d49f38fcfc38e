/** Cassandra on a host. */
import { PLACES } from '../../places.ts';
import type { Component, DesiredFile, HostContext } from '../../types.ts';
import { plainFile } from '../shipped.ts';
import { CASSANDRA_FILES } from './files.ts';
import { jobService, jobsOf, jobTimer } from './jobs.ts';
import { jvmOptions } from './jvm.ts';
import { LOGBACK } from './logback.ts';
import { CASSANDRA_UNIT } from './unit.ts';
import { cassandraYaml } from './yaml.ts';

const { etc, state, logs, user, unit, current } = PLACES.cassandra;
const SYSTEMD = '/etc/systemd/system';

/** Cassandra keeps a map for each part of each file of data: the kernel's own limit is for smaller programs. */
const SYSCTL = `# Written by relay cluster apply: what is changed here is changed back.
vm.max_map_count = 1048575
net.ipv4.tcp_keepalive_time = 60
net.ipv4.tcp_keepalive_intvl = 10
net.ipv4.tcp_keepalive_probes = 3
`;

export const cassandra: Component = {
  name: 'cassandra',
  packages: [],
  users: () => [{ name: user, home: state, groups: [] }],
  folders: () => [
    { path: etc, mode: 0o755, owner: 'root', group: 'root' },
    { path: `${etc}/tls`, mode: 0o750, owner: 'root', group: user },
    { path: state, mode: 0o750, owner: user, group: user },
    { path: CASSANDRA_FILES.temporary, mode: 0o700, owner: user, group: user },
    { path: logs, mode: 0o750, owner: user, group: user },
  ],
  files,
  units: (context) => [
    {
      name: unit,
      state: 'started',
      restartsOn: [
        CASSANDRA_FILES.yaml,
        CASSANDRA_FILES.rackdc,
        CASSANDRA_FILES.jvm,
        CASSANDRA_FILES.unit,
        current,
      ],
      reloadsOn: [CASSANDRA_FILES.pair, CASSANDRA_FILES.authority],
    },
    ...jobsOf(context).map(({ name }) => ({
      name: `${name}.timer`,
      state: 'started' as const,
      restartsOn: [`${SYSTEMD}/${name}.timer`],
      reloadsOn: [],
    })),
  ],
};

function files(context: HostContext): DesiredFile[] {
  const { host, secrets } = context;
  const pair = secrets.certificates[host.name];
  if (pair === undefined) {
    throw new Error(
      `there is no certificate for ${host.name} in cluster-secrets/: relay cluster apply makes it`,
    );
  }
  return [
    plainFile(CASSANDRA_FILES.yaml, cassandraYaml(context)),
    plainFile(CASSANDRA_FILES.rackdc, rackdc(context)),
    plainFile(CASSANDRA_FILES.jvm, jvmOptions(context)),
    plainFile(CASSANDRA_FILES.logback, LOGBACK),
    plainFile(CASSANDRA_FILES.sysctl, SYSCTL),
    plainFile(CASSANDRA_FILES.authority, secrets.authority.cert),
    {
      path: CASSANDRA_FILES.pair,
      content: `${pair.key.trim()}\n${pair.cert.trim()}\n`,
      mode: 0o640,
      owner: 'root',
      group: user,
      secret: true,
    },
    plainFile(CASSANDRA_FILES.unit, CASSANDRA_UNIT),
    ...jobsOf(context).flatMap((job) => [
      plainFile(`${SYSTEMD}/${job.name}.service`, jobService(job)),
      plainFile(`${SYSTEMD}/${job.name}.timer`, jobTimer(job)),
    ]),
  ];
}

/**
 * Each host holds everything, so racks have nothing to say; and a node never starts again under another one. Hosts of
 * a provider find each other's private addresses by gossip.
 */
function rackdc({ inventory, host }: HostContext): string {
  const local = inventory.hosts.some(
    ({ datacenter, privateAddress }) => datacenter === host.datacenter && privateAddress !== null,
  );
  return `# Written by relay cluster apply: what is changed here is changed back.
dc=${host.datacenter}
rack=r1
prefer_local=${local}
`;
}
