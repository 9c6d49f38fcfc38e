/** What every host has, whatever it does: limits of its log, and of the kernel's queues. */
import { PLACES } from '../../places.ts';
import type { Component, DesiredFile } from '../../types.ts';

export const BASE_FILES = {
  journal: '/etc/systemd/journald.conf.d/relay.conf',
  kernel: '/etc/sysctl.d/60-relay.conf',
} as const;

/** Logs survive a restart, and never fill the disk that the data is on. In a storm of alerts none is left out. */
const JOURNAL = `# Made by relay from cluster.yaml.
[Journal]
Storage=persistent
SystemMaxUse=1G
SystemKeepFree=1G
MaxRetentionSec=90day
RateLimitIntervalSec=30s
RateLimitBurst=100000
`;

/** The minus: where a container may not set it, it stays as it is. Only net.*, which is a host's own everywhere. */
const KERNEL = `# Made by relay from cluster.yaml.
# As many new connections may wait as come in while a program is busy for a moment.
-net.core.somaxconn = 4096
-net.ipv4.tcp_max_syn_backlog = 4096
# A peer that has vanished without a word is noticed within three minutes, not two hours.
-net.ipv4.tcp_keepalive_time = 60
-net.ipv4.tcp_keepalive_intvl = 20
-net.ipv4.tcp_keepalive_probes = 6
`;

/** Upgrades of Debian, its users and /etc/hosts are whoever's they were. Nothing of ours logs into files of its own. */
export const base: Component = {
  name: 'base',
  packages: [],
  users: () => [],
  folders: () => [{ path: PLACES.memory, mode: 0o755, owner: 'root', group: 'root' }],
  files: () => [plain(BASE_FILES.journal, JOURNAL), plain(BASE_FILES.kernel, KERNEL)],
  units: () => [
    { name: 'systemd-journald.service', state: 'started', restartsOn: [BASE_FILES.journal], reloadsOn: [] },
    { name: 'systemd-sysctl.service', state: 'started', restartsOn: [BASE_FILES.kernel], reloadsOn: [] },
  ],
};

const plain = (path: string, content: string): DesiredFile => ({
  path,
  content,
  mode: 0o644,
  owner: 'root',
  group: 'root',
  secret: false,
});
