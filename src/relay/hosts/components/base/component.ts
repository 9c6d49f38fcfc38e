/**
 * What every host has, whatever it does: a log with limits. Of the kernel's settings none: Debian's queues are long enough,
 * and what Cassandra needs comes with it.
 */
import { PLACES } from '../../places.ts';
import type { Component } from '../../types.ts';

/** Read by the journal when it starts. */
export const JOURNAL_FILE = '/etc/systemd/journald.conf.d/relay.conf';

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

/** Upgrades of Debian, its users and /etc/hosts are whoever's they were. Nothing of ours logs into files of its own. */
export const base: Component = {
  name: 'base',
  packages: [],
  users: () => [],
  folders: () => [{ path: PLACES.memory, mode: 0o755, owner: 'root', group: 'root' }],
  files: () => [
    { path: JOURNAL_FILE, content: JOURNAL, mode: 0o644, owner: 'root', group: 'root', secret: false },
  ],
  units: () => [
    { name: 'systemd-journald.service', state: 'started', restartsOn: [JOURNAL_FILE], reloadsOn: [] },
  ],
};
