/** Brings files to a host: staged, checked, then renamed into place one by one. */
import { PLACES } from '../places.ts';
import type { HostDesired } from '../plan/desired.ts';
import { octal } from '../plan/file-changes.ts';
import type { HostPlan } from '../plan/types.ts';
import type { Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';
import type { DesiredFile } from '../types.ts';
import { forgetStarted, managedLines, REMEMBER } from './remember.ts';

const STAGING = `${PLACES.memory}/staging`;

/** Where a file that no apply had put there before is kept, for the day when relay is removed. */
export const ORIGINALS = `${PLACES.memory}/original`;

/**
 * Contents come by standard input, so that no process list shows a secret. Files that are new are put first: nothing
 * reads them yet, and a check may need them beside what it checks. Whatever is cut off, the next call does the rest.
 */
export async function putFiles(
  remote: Remote,
  desired: HostDesired,
  { files: changes, units }: Pick<HostPlan, 'files' | 'units'>,
  managed: readonly string[],
): Promise<void> {
  const byPath = new Map(desired.files.map((file) => [file.path, file]));
  const puts = changes.flatMap((change) => {
    const file = byPath.get(change.path);
    return change.action === 'remove' || file === undefined
      ? []
      : [{ file, isNew: change.action === 'make' }];
  });
  const removed = changes.filter(({ action }) => action === 'remove').map(({ path }) => path);
  const lines = managedLines(desired);
  // What is about to go stays remembered until it has gone.
  const both = [...lines, ...removed.map((path) => `f ${path}`)];
  const contents = puts.map(({ file }) => bytesOf(file));
  const script = [
    REMEMBER,
    PUT,
    BACK,
    `rm -rf ${STAGING}; mkdir -p ${STAGING} ${ORIGINALS}; chmod 700 ${STAGING} ${ORIGINALS}`,
    ...contents.map((bytes, at) => `head -c ${bytes.length} > ${STAGING}/${at}`),
    // Before the host remembers them as ours.
    ...puts.flatMap(({ file }) => (managed.includes(file.path) ? [] : [`keep ${quoted(file.path)}`])),
    `remember managed "$(cat <<'MANAGED'\n${both.join('\n')}\nMANAGED\n)"`,
    ...puts.flatMap(({ file, isNew }, at) => (isNew && file.check === undefined ? [put(file, at)] : [])),
    ...puts.flatMap(({ file }, at) => (file.check === undefined ? [] : [check(file, at)])),
    ...forgetStarted(units),
    ...puts.flatMap(({ file, isNew }, at) => (isNew && file.check === undefined ? [] : [put(file, at)])),
    ...removed.map((path) => `back ${quoted(path)}`),
    ...([...puts.map(({ file }) => file.path), ...removed].some(isSystemd)
      ? ['if command -v systemctl >/dev/null; then systemctl daemon-reload; fi']
      : []),
    `remember managed "$(cat <<'MANAGED'\n${lines.join('\n')}\nMANAGED\n)"`,
    ...removed.map((path) => `rm -f ${quoted(`${ORIGINALS}${path}`)}`),
    `rm -rf ${STAGING}`,
  ].join('\n');
  const at = changes.map(({ path }) => path);
  await remote.run(`put ${named(at)}`, script, { stdin: Buffer.concat(contents), timeoutMs: 120_000 });
}

const PUT = `
put() {
  folder=$(dirname "$2"); new="$folder/.$(basename "$2").relay-new"
  mkdir -p "$folder"
  rm -rf "$new"
  cp "$1" "$new"
  chown "$4" "$new"
  chmod "$3" "$new"
  sync "$new"
  mv -fT "$new" "$2"
}
keep() {
  if [ -e "$1" ]; then
    mkdir -p "$(dirname "${ORIGINALS}$1")"
    cp -a "$1" "${ORIGINALS}$1.new"
    mv -fT "${ORIGINALS}$1.new" "${ORIGINALS}$1"
  fi
}`;

/**
 * Sh: what stood at `$1` before relay is there again, or nothing. The copy stays until the host no longer remembers the
 * path as ours: whoever does it again finds what comes back, and doesn't take Debian's file for relay's.
 */
export const BACK = `
back() {
  if [ -e "${ORIGINALS}$1" ]; then
    new="$(dirname "$1")/.$(basename "$1").relay-new"
    rm -rf "$new"
    cp -a "${ORIGINALS}$1" "$new"
    mv -fT "$new" "$1"
  else
    rm -f "$1"
  fi
}`;

const put = (file: DesiredFile, at: number): string =>
  `put ${STAGING}/${at} ${quoted(file.path)} ${octal(file.mode)} ${quoted(`${file.owner}:${file.group}`)}`;

/** In a shell of its own: it may say \`exit\`, and what it prints is what the admin reads when it fails. */
const check = (file: DesiredFile, at: number): string => `
if ! said=$(FILE=${STAGING}/${at} sh -c ${quoted(file.check ?? 'true')} 2>&1); then
  printf '%s\\n' "$said" >&2
  printf '%s\\n' ${quoted(`${file.path} as it would be is refused (see above); nothing was changed`)} >&2
  exit 1
fi`;

const isSystemd = (path: string): boolean => path.startsWith('/etc/systemd/');

const bytesOf = (file: DesiredFile): Uint8Array =>
  typeof file.content === 'string' ? new TextEncoder().encode(file.content) : file.content;

/** "a, b and 12 more". */
function named(paths: readonly string[]): string {
  const few = paths.slice(0, 2).join(', ');
  return paths.length <= 2 ? few : `${few} and ${paths.length - 2} more`;
}
