/** The one line that stands in process lists: it reads the script from its input, then the script reads the rest. */

/** Both ends may see to the end of a script that hangs; here a little later, so that the admin's side says why. */
const LATER_S = 5;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Framed {
  /** For the login's shell, whichever that is: single quotes are all it must know. */
  command: string;
  /** Comes first on standard input. */
  script: Uint8Array;
}

/** `head -c` of coreutils takes no byte more than it gives, so what follows is the script's own input. */
export function framed(script: string, options: { root: boolean; timeoutMs: number }): Framed {
  const bytes = new TextEncoder().encode(`${script}\n`);
  const seconds = Math.ceil(options.timeoutMs / 1000) + LATER_S;
  const inner = [
    `script=$(head -c ${bytes.length})`,
    'export LC_ALL=C',
    `PATH=${PATH}`,
    'umask 022',
    'set -eu',
    'eval "$script"',
  ].join('; ');
  const guarded = `exec timeout -k 5 ${seconds} sh -c "$0"`;
  const command = options.root
    ? `sh -c 'if [ "$(id -u)" = 0 ]; then ${guarded}; fi; LC_ALL=C exec sudo -n -- timeout -k 5 ${seconds} sh -c "$0"' '${inner}'`
    : `sh -c '${guarded}' '${inner}'`;
  return { command, script: bytes };
}
