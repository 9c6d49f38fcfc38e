/** Packages, users and folders: what the rest stands on. */
import type { HostDesired } from '../plan/desired.ts';
import { octal } from '../plan/file-changes.ts';
import type { Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';

/** A mirror that is slow is no reason to give up. */
const APT_MS = 10 * 60_000;

/**
 * Debian asks nothing and keeps files that are ours. Lists of packages are fetched only when those at hand don't do.
 * Waits for another apt.
 */
export async function installPackages(remote: Remote, packages: readonly string[]): Promise<void> {
  const script = `
export DEBIAN_FRONTEND=noninteractive
apt() { apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }
install() { apt install --no-install-recommends ${packages.map(quoted).join(' ')} 2>&1; }
if ! said=$(install); then
  updated=$(apt update 2>&1) || updated="$updated
no package lists could be fetched"
  if ! said=$(install); then
    printf '%s\\n%s\\n' "$updated" "$said" | tail -n 20 >&2
    if printf '%s' "$updated$said" | grep -Eq 'Could not resolve|Could not connect|Temporary failure|Unable to connect|timed out|Network is unreachable|no package lists'; then
      echo 'the host reaches no Debian mirror: let it out by HTTP (or set a proxy in /etc/apt/apt.conf.d), or install by hand: ${packages.join(' ')}' >&2
    else
      echo 'apt-get could not install: ${packages.join(' ')}' >&2
    fi
    exit 1
  fi
fi`;
  await remote.run(`install ${packages.join(', ')}`, script, { timeoutMs: APT_MS });
}

/** Groups that people are put into by hand. */
export async function makeGroups(remote: Remote, names: readonly string[]): Promise<void> {
  const script = names
    .map((name) => `if ! getent group ${quoted(name)} >/dev/null; then groupadd --system ${quoted(name)}; fi`)
    .join('\n');
  await remote.run(`make groups ${names.join(', ')}`, script);
}

/** System users without a shell, each with a group of its own name. */
export async function makeUsers(
  remote: Remote,
  desired: HostDesired,
  names: readonly string[],
): Promise<void> {
  const users = desired.users.filter(({ name }) => names.includes(name));
  const script = users
    .map(({ name, home, groups }) =>
      [
        `if ! getent group ${quoted(name)} >/dev/null; then groupadd --system ${quoted(name)}; fi`,
        `if ! getent passwd ${quoted(name)} >/dev/null; then`,
        `  useradd --system --gid ${quoted(name)} --no-create-home --home-dir ${quoted(home)} --shell /usr/sbin/nologin ${quoted(name)}`,
        'fi',
        ...groups.map((group) => `usermod -a -G ${quoted(group)} ${quoted(name)}`),
      ].join('\n'),
    )
    .join('\n');
  await remote.run(`make users ${names.join(', ')}`, script);
}

/** Parents first; what is there gets its mode and owner. Nothing in it is touched. */
export async function makeFolders(
  remote: Remote,
  desired: HostDesired,
  paths: readonly string[],
): Promise<void> {
  const script = desired.folders
    .filter(({ path }) => paths.includes(path))
    .map(
      ({ path, mode, owner, group }) =>
        `mkdir -p ${quoted(path)}\nchown ${quoted(`${owner}:${group}`)} ${quoted(path)}\nchmod ${octal(mode)} ${quoted(path)}`,
    )
    .join('\n');
  await remote.run(`make folders ${paths.join(', ')}`, script);
}
