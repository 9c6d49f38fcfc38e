/** What a host remembers in /var/lib/relay-host: which paths are managed, and with what each unit was last started. */
import { PLACES } from '../places.ts';
import type { HostDesired } from '../plan/desired.ts';
import type { UnitChange } from '../plan/types.ts';
import type { Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';

const { memory } = PLACES;

/** A mark (s: secret, f: file, d: folder) and the path, one a line. */
export function managedLines(desired: HostDesired): string[] {
  return [
    ...desired.folders.map(({ path }) => `d ${path}`),
    ...desired.files.map(({ path, secret }) => `${secret ? 's' : 'f'} ${path}`),
  ];
}

/** Sh: writes `$2` to file `$1` under the memory, whole or not at all. */
export const REMEMBER = `
remember() {
  mkdir -p "$(dirname "${memory}/$1")"
  printf '%s\\n' "$2" > "${memory}/.new"
  sync "${memory}/.new"
  mv -fT "${memory}/.new" "${memory}/$1"
}`;

/** After the unit was started, restarted or reloaded with it. */
export async function rememberStarted(remote: Remote, unit: string, startedWith: string): Promise<void> {
  await remote.run(
    `remember how ${unit} was started`,
    `${REMEMBER}\nremember ${quoted(`started/${unit}`)} ${quoted(startedWith)}`,
  );
}

/** Sh: what the units are about to read is not what they were started with, whether anybody gets to say so later or not. */
export function forgetStarted(units: readonly UnitChange[]): string[] {
  return units.flatMap(({ name, action, startedWith }) => {
    if (action === 'restart') return [`rm -f ${quoted(`${memory}/started/${name}`)}`];
    if (action !== 'reload' || startedWith === null) return [];
    // Only what means a reload is forgotten.
    return [`remember ${quoted(`started/${name}`)} ${quoted(startedWith.replace(/\/.*$/u, '/none'))}`];
  });
}
