/** Where an installation under systemd lies. The unit in systemd/ names the same places. */
import { join } from 'node:path';

export interface SystemdPlaces {
  /** A folder for each release, and the links `current` and `previous`. */
  releases: string;
  current: string;
  previous: string;
  /** The command on everybody's PATH. */
  command: string;
  unit: string;
  /** What is kept when Relay is removed. */
  data: string[];
  cache: string;
}

export const SERVICE = 'relay.service';
/** Runs the daemon; people who are in the group of the same name may command it. */
export const ACCOUNT = 'relay';

/** `root`: empty, or in tests a folder that stands for the machine. */
export function systemdPlaces(root: string): SystemdPlaces {
  const at = (path: string): string => (root === '' ? path : join(root, path));
  return {
    releases: at('/opt/relay'),
    current: at('/opt/relay/current'),
    previous: at('/opt/relay/previous'),
    command: at('/usr/local/bin/relay'),
    unit: at(`/etc/systemd/system/${SERVICE}`),
    data: [at('/etc/relay'), at('/var/lib/relay')],
    cache: at('/var/cache/relay'),
  };
}
