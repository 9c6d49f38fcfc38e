/** The one line that stands in process lists: it reads the script from its input, then the script reads the rest. */

/** Both ends may see to the end of a script that hangs; here a little later, so that the admin's side says why. */
const LATER_S = 5;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Framing {
  root: boolean;
  timeoutMs: number;
  /** How much data follows the script; null: nobody knows, and the script sees to it that it is whole. */
  dataBytes: number | null;
}

export interface Framed {
  /** For the login's shell, whichever that is: single quotes are all it must know. */
  command: string;
  /** Comes first on standard input. */
  script: Uint8Array;
}

/**
 * `head -c` of coreutils takes no byte more than it gives, so what follows is the script's own input. A connection that
 * breaks on the way looks to the host like the end of the input: half a script is never run, and no script is given half
 * of its data. The last character is no newline, for `$(…)` would leave that out.
 */
export function framed(script: string, { root, timeoutMs, dataBytes }: Framing): Framed {
  const bytes = new TextEncoder().encode(`${script}\n#`);
  const seconds = Math.ceil(timeoutMs / 1000) + LATER_S;
  const inner = [
    'export LC_ALL=C',
    `PATH=${PATH}`,
    'umask 022',
    'set -eu',
    `script=$(head -c ${bytes.length})`,
    `[ \${#script} -eq ${bytes.length} ]`,
    ...(dataBytes === null
      ? []
      : [
          // Gone as soon as it is open: it may be secret.
          'data=$(mktemp -p /run 2>/dev/null || mktemp)',
          'cat > "$data"',
          `[ "$(stat -c %s "$data")" -eq ${dataBytes} ] || { rm -f "$data"; exit 74; }`,
          'exec < "$data"',
          'rm -f "$data"',
        ]),
    'eval "$script"',
  ].join('; ');
  const guarded = `exec timeout -k 5 ${seconds} sh -c "$0"`;
  const command = root
    ? `sh -c 'if [ "$(id -u)" = 0 ]; then ${guarded}; fi; LC_ALL=C exec sudo -n -- timeout -k 5 ${seconds} sh -c "$0"' '${inner}'`
    : `sh -c '${guarded}' '${inner}'`;
  return { command, script: bytes };
}

/** Null: there is none, or a stream, whose end is known when it comes. */
export function dataBytesOf(stdin: string | Uint8Array | NodeJS.ReadableStream | undefined): number | null {
  if (typeof stdin === 'string') return Buffer.byteLength(stdin);
  return stdin instanceof Uint8Array ? stdin.length : null;
}
