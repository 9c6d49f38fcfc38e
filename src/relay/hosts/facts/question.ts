/** What is asked of a host, as one POSIX sh script. Its answers are lines of fields between tabs; free text is base64. */
import { LISTING } from '../firewall/listing.ts';
import { PLACES } from '../places.ts';
import { quoted } from '../ssh/quoted.ts';

/** Names that plans compare. What an earlier apply put on the host is told unasked. */
export interface Asked {
  /** Files and folders. */
  paths: readonly { path: string; secret: boolean }[];
  packages: readonly string[];
  users: readonly string[];
  groups: readonly string[];
  units: readonly string[];
}

/** A text longer than this is told by its hash only. */
const TEXT_BYTES = 65_536;

/** How often the clock is asked: the quickest answer counts. */
export const CLOCK_ROUNDS = 2;

/** Reads a line from its input for each `ready` that it prints. */
export function factsScript(asked: Asked): string {
  return [
    CLOCK,
    MACHINE,
    RELEASES,
    LISTENING,
    ADDRESSES,
    FIREWALL,
    packages(asked),
    users(asked),
    units(asked),
    files(asked),
  ].join('\n');
}

/** The admin's side sends a line for each, as soon as it is asked to. */
const CLOCK = `
round=0
while [ $round -lt ${CLOCK_ROUNDS} ]; do
  echo ready
  read -r go
  printf 'clock\\t%s\\n' "$(date +%s%N)"
  round=$((round + 1))
done`;

/** The limit of memory is the smallest on the way from the first process's cgroup up: a container shows the whole machine's as MemTotal. */
const MACHINE = `
( . /etc/os-release && printf 'os\\t%s\\t%s\\n' "$ID" "\${VERSION_ID:-}" )
printf 'arch\\t%s\\n' "$(uname -m)"
printf 'cores\\t%s\\n' "$(nproc)"
awk '/^MemTotal:/ { printf "memory\\t%.0f\\n", $2 * 1024 }' /proc/meminfo
limits() {
  at=$2
  while :; do
    if [ -r "$1$at/$3" ]; then printf 'memory\\t%s\\n' "$(cat "$1$at/$3")"; fi
    case $at in ''|/) break ;; esac
    at=\${at%/*}
  done
}
own=$(sed -n 's/^0:://p' /proc/1/cgroup 2>/dev/null || true)
limits /sys/fs/cgroup "$own" memory.max
own=$(sed -n 's/^[0-9]*:memory://p' /proc/1/cgroup 2>/dev/null || true)
limits /sys/fs/cgroup/memory "$own" memory.limit_in_bytes
df -Pk /var/lib | awk 'NR == 2 { printf "disk\\t%s\\n", $4 }'`;

/**
 * A folder of releases holds whole ones: they are unpacked under a name that begins with a dot. What runs may be another
 * than the current one: whoever changed the link died before the restart.
 */
const RELEASES = `
releases() {
  for folder in "$2"/*/; do
    version=\${folder%/}; version=\${version##*/}
    case $version in current|previous|'*') continue ;; esac
    printf 'release\\t%s\\tpresent\\t%s\\n' "$1" "$version"
  done
  for link in current previous; do
    if [ -L "$2/$link" ]; then printf 'release\\t%s\\t%s\\t%s\\n' "$1" $link "$(basename "$(readlink "$2/$link")")"; fi
  done
  pid=$(systemctl show -p MainPID "$3" 2>/dev/null || true); pid=\${pid#*=}
  exe=$(readlink "/proc/\${pid:-0}/exe" 2>/dev/null || true)
  case $exe in "$2"/*) exe=\${exe#"$2"/}; printf 'release\\t%s\\truns\\t%s\\n' "$1" "\${exe%%/*}" ;; esac
}
releases relay ${PLACES.relay.releases} ${PLACES.relay.unit}
releases cassandra ${PLACES.cassandra.releases} ${PLACES.cassandra.unit}`;

/** Without ss the kernel's own tables do, which don't name the program. */
const LISTENING = `
if command -v ss >/dev/null; then
  ss -Hltnp | while read -r _ _ _ local _ who; do printf 'listen\\ttcp\\t%s\\t%s\\n' "$local" "$who"; done
  ss -Hlunp | while read -r _ _ _ local _ who; do printf 'listen\\tudp\\t%s\\t%s\\n' "$local" "$who"; done
else
  for table in tcp tcp6; do
    if [ -r /proc/net/$table ]; then awk '$4 == "0A" { printf "table\\t%s\\n", $2 }' /proc/net/$table; fi
  done
fi`;

const ADDRESSES = `
if command -v ip >/dev/null; then
  ip -o addr show | awk '{ sub("/.*", "", $4); printf "address\\t%s\\n", $4 }'
fi`;

/** Without counters and what limits remember; beside it what the file of the next boot makes, which is to be the same. */
const FIREWALL = `${LISTING}
if command -v nft >/dev/null; then
  if rules=$(listed); then printf 'firewall\\t%s\\n' "$(printf '%s\\n' "$rules" | base64 -w0)"; fi
  if [ -r ${PLACES.firewall.rules} ] && rules=$(made ${PLACES.firewall.rules} 2>/dev/null); then
    printf 'made\\t%s\\n' "$(printf '%s\\n' "$rules" | base64 -w0)"
  fi
fi`;

const words = (all: readonly string[]): string => all.map(quoted).join(' ');

function packages(asked: Asked): string {
  if (asked.packages.length === 0) return '';
  return `dpkg-query -W -f '\${db:Status-Status}\\t\${Package}\\t\${Version}\\n' ${words(asked.packages)} 2>/dev/null |
  awk -F '\\t' '$1 == "installed" { printf "package\\t%s\\t%s\\n", $2, $3 }' || true`;
}

const users = (asked: Asked): string => `for name in ${words(asked.users)}; do
  if groups=$(id -nG "$name" 2>/dev/null); then printf 'user\\t%s\\t%s\\n' "$name" "$groups"; fi
done
for name in ${words(asked.groups)}; do
  if getent group "$name" >/dev/null; then printf 'group\\t%s\\n' "$name"; fi
done`;

/** `show` answers in the order of the question, with an empty line between. */
const units = (asked: Asked): string =>
  asked.units.length === 0
    ? ''
    : `{ systemctl show -p ActiveState -p UnitFileState -p ConditionResult -p ConditionTimestampMonotonic ${words(asked.units)} 2>/dev/null || true; } |
  awk -v RS= '{ gsub(/\\n/, " "); print }' | {
  set -- ${words(asked.units)}
  while [ $# -gt 0 ]; do
    read -r state || state=
    with=
    if [ -r "${PLACES.memory}/started/$1" ]; then with=$(cat "${PLACES.memory}/started/$1"); fi
    printf 'unit\\t%s\\t%s\\t%s\\n' "$1" "$state" "$with"
    shift
  done
}`;

/** First those that an earlier apply remembers: a mark (s: secret, f: file, d: folder), a space, the path. */
const files = (asked: Asked): string => `
look() {
  if [ -d "$2" ] && [ ! -L "$2" ]; then sum=folder
  elif [ -f "$2" ] && [ ! -L "$2" ]; then sum=$(sha256sum < "$2"); sum=\${sum%% *}
  elif [ -e "$2" ] || [ -L "$2" ]; then sum=other
  else printf 'file\\t%s\\tnone\\n' "$2"; return
  fi
  text=-
  if [ "$1" = f ] && [ -f "$2" ] && [ "$(stat -c %s "$2")" -le ${TEXT_BYTES} ]; then text=$(base64 -w0 < "$2"); fi
  printf 'file\\t%s\\t%s\\t%s\\t%s\\n' "$2" "$sum" "$(stat -c '%a %U %G' "$2")" "$text"
}
if [ -r ${PLACES.memory}/managed ]; then
  while read -r mark path; do
    printf 'managed\\t%s\\t%s\\n' "$mark" "$path"
    look "$mark" "$path"
  done < ${PLACES.memory}/managed
fi
while read -r mark path; do look "$mark" "$path"; done <<'PATHS'
${asked.paths.map(({ path, secret }) => `${secret ? 's' : 'f'} ${path}`).join('\n')}
PATHS
echo end`;
