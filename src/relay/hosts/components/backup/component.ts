/** A backup each night on each host's own disk, and beside it wherever the inventory says. */
import { PLACES } from '../../places.ts';
import type { Component, HostContext } from '../../types.ts';
import { plainFile, shippedText } from '../shipped.ts';

const SERVICE = 'relay-backup.service';
const TIMER = 'relay-backup.timer';

export const BACKUP_FILES = {
  service: `/etc/systemd/system/${SERVICE}`,
  timer: `/etc/systemd/system/${TIMER}`,
  /** What differs here from the unit as it is shipped. */
  dropIn: `/etc/systemd/system/${SERVICE}.d/relay.conf`,
} as const;

export const backup: Component = {
  name: 'backup',
  packages: [],
  users: () => [],
  folders: () => [],
  files: (context) => [
    plainFile(BACKUP_FILES.service, shippedText(`systemd/${SERVICE}`)),
    plainFile(BACKUP_FILES.timer, shippedText(`systemd/${TIMER}`)),
    plainFile(BACKUP_FILES.dropIn, dropIn(context)),
  ],
  units: () => [{ name: TIMER, state: 'started', restartsOn: [BACKUP_FILES.timer], reloadsOn: [] }],
};

/** The host's own disk first: what another place's failure costs is only that place's copy. */
function dropIn({ inventory }: HostContext): string {
  const { to, keep } = inventory.backup;
  const places = [PLACES.relay.backups, ...(to === null || to === PLACES.relay.backups ? [] : [to])];
  const elsewhere = to !== null && to.includes(':');
  return [
    '# Written by relay cluster apply: what is changed here is changed back.',
    '[Service]',
    'ExecStart=',
    ...places.map(
      (place) =>
        `ExecStart=${PLACES.relay.current}/bin/relay backup --config ${PLACES.relay.config} --to ${place} --keep ${keep}`,
    ),
    ...(elsewhere
      ? [
          '# By ssh, with the key and the known hosts of the user relay (/var/lib/relay/.ssh).',
          'PrivateNetwork=no',
          'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6',
        ]
      : places.slice(1).map((folder) => `ReadWritePaths=${folder}`)),
    '',
  ].join('\n');
}
