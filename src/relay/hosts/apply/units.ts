/** Units: started, restarted, reloaded, enabled, stopped; the host remembers with which files. */
import { PLACES } from '../places.ts';
import type { UnitChange } from '../plan/types.ts';
import type { Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';
import { rememberStarted } from './remember.ts';

/** Cassandra writes everything out before it ends. */
const UNIT_MS = 4 * 60_000;

/** Its last lines of the journal are what a failure shows. */
export async function changeUnit(remote: Remote, change: UnitChange): Promise<void> {
  const name = quoted(change.name);
  const started = quoted(`${PLACES.memory}/started/${change.name}`);
  const or = (command: string): string => `
${command} 2>&1 || {
  status=$?
  journalctl -u ${name} -n 15 --no-pager -o cat >&2 || true
  systemctl is-active ${name} >&2 || true
  echo ${quoted(`${change.name}: ${change.action} failed; its journal is above`)} >&2
  exit $status
}`;
  const script = {
    // A package's own installation may have started it meanwhile, with what the package brought.
    start: `how=start
if systemctl is-active -q ${name}; then
  how=restart
  if [ "$(cat ${started} 2>/dev/null)" = ${quoted(change.startedWith ?? '')} ]; then how=; fi
fi
systemctl reset-failed ${name} 2>/dev/null || true
systemctl enable -q ${name}
if [ -n "$how" ]; then${or(`systemctl $how ${name}`)}
fi`,
    restart: `systemctl reset-failed ${name} 2>/dev/null || true\nsystemctl enable -q ${name}${or(`systemctl restart ${name}`)}`,
    reload: `systemctl enable -q ${name}${or(`systemctl reload-or-restart ${name}`)}`,
    enable: `systemctl enable -q ${name}`,
    stop: `systemctl disable -q --now ${name} 2>/dev/null || systemctl stop ${name} 2>/dev/null || true
rm -f ${started}`,
  }[change.action];
  await remote.run(`${change.action} ${change.name}`, script, { timeoutMs: UNIT_MS });
  if (change.startedWith !== null) await rememberStarted(remote, change.name, change.startedWith);
}
