/** Takes relay off a host: what apply put there goes, what was there before comes back. May be cut off and done again. */
import { ADMIN_GROUP } from '../components/relay/files.ts';
import { PLACES } from '../places.ts';
import type { Remote } from '../ssh/port.ts';
import { BACK } from './files.ts';

const { memory, relay, cassandra, firewall } = PLACES;

const STOP_MS = 5 * 60_000;

/** Whatever lies here is relay's own, and can be made again. */
const OWN = [
  relay.etc,
  cassandra.etc,
  relay.releases,
  cassandra.releases,
  relay.command,
  firewall.rules,
  `/etc/systemd/system/${firewall.unit}`,
];

/** What people may want to keep: alerts, keys, backups, logs. */
const DATA = [relay.state, cassandra.state, cassandra.logs, relay.backups, '/var/log/relay'];

/** Units of which apply made the file, as the host remembers them. */
const UNITS = `
ours() {
  if [ -r ${memory}/managed ]; then
    sed -n 's#^f /etc/systemd/system/\\([^/]*\\.\\(service\\|timer\\)\\)$#\\1#p' ${memory}/managed
  fi
}`;

/** Daemons end in order: timers first, then relay, which drains while HAProxies elsewhere route round it, Cassandra last. */
export async function stopEverything(remote: Remote, say: (line: string) => void): Promise<void> {
  say('stopping');
  await remote.run(
    'stop its units',
    `${UNITS}
for unit in $(ours | grep '\\.timer$' || true) ${relay.unit} $(ours | grep -v -e '\\.timer$' -e '^${cassandra.unit}$' -e '^${firewall.unit}$' || true) ${cassandra.unit}; do
  systemctl disable -q --now "$unit" 2>/dev/null || systemctl stop "$unit" 2>/dev/null || true
done
for unit in ${relay.unit} ${cassandra.unit}; do
  if systemctl is-active -q "$unit"; then echo "$unit doesn't stop" >&2; exit 1; fi
done`,
    { timeoutMs: STOP_MS },
  );
}

/** Ends the daemon alone: it drains, and is not started again at boot. */
export async function stopRelay(remote: Remote, say: (line: string) => void): Promise<void> {
  say('draining');
  await remote.run(
    'drain relay',
    `systemctl disable -q --now ${relay.unit} 2>/dev/null || true
if systemctl is-active -q ${relay.unit}; then echo "${relay.unit} doesn't stop" >&2; exit 1; fi`,
    { timeoutMs: STOP_MS },
  );
}

/** After its units have stopped. `purge`: data and users too; else they stay for whoever comes after. */
export async function takeAway(remote: Remote, purge: boolean, say: (line: string) => void): Promise<void> {
  say(purge ? 'removing relay and its data' : 'removing relay; its data stays');
  await remote.run('remove relay', takeAwayScript(purge), { timeoutMs: STOP_MS });
}

/** Debian's own daemons go on with what they had before; one that can't is left stopped, as a bare host has it. */
const takeAwayScript = (purge: boolean): string => `${UNITS}${BACK}
again=
if [ -r ${memory}/managed ]; then
  while read -r mark path; do
    case $mark in d) continue ;; esac
    case $path in
      /etc/haproxy/*|/etc/systemd/system/haproxy.service.d/*) again="$again haproxy.service" ;;
      /etc/chrony/*) again="$again chrony.service" ;;
      /etc/systemd/journald.conf.d/*) again="$again systemd-journald.service" ;;
    esac
    back "$path"
    # Folders of drop-ins came with them; others, such as /usr/local/bin, are Debian's.
    case $path in
      /etc/systemd/system/*/*|/etc/systemd/journald.conf.d/*) rmdir "$(dirname "$path")" 2>/dev/null || true ;;
    esac
  done < ${memory}/managed
fi
for unit in $(ours); do systemctl disable -q "$unit" 2>/dev/null || true; done
systemctl stop ${firewall.unit} 2>/dev/null || true
systemctl disable -q ${firewall.unit} 2>/dev/null || true
if command -v nft >/dev/null; then nft delete table inet relay 2>/dev/null || true; fi
rm -rf ${OWN.join(' ')}
systemctl daemon-reload
systemctl reset-failed 'relay*' 2>/dev/null || true
for unit in $(printf '%s\\n' $again | sort -u); do
  systemctl restart "$unit" 2>/dev/null || systemctl stop "$unit" 2>/dev/null || true
done
if [ -r ${memory}/managed ]; then
  sed -n 's/^d //p' ${memory}/managed | sort -r | while read -r path; do rmdir "$path" 2>/dev/null || true; done
fi
${purge ? PURGE : ''}
rm -rf ${memory}`;

const PURGE = `rm -rf ${DATA.join(' ')}
for user in ${relay.user} ${cassandra.user}; do
  if getent passwd "$user" >/dev/null; then userdel "$user"; fi
  if getent group "$user" >/dev/null; then groupdel "$user"; fi
done
if getent group ${ADMIN_GROUP} >/dev/null; then groupdel ${ADMIN_GROUP}; fi`;
