/** A small component on a sandboxed host, and the ground that a survey of it stands on. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import type { Progress } from '../../../../src/relay/hosts/apply/run-phases.ts';
import type { Ground } from '../../../../src/relay/hosts/apply/survey.ts';
import { HostError } from '../../../../src/relay/hosts/ssh/port.ts';
import type { Product, Release } from '../../../../src/relay/hosts/plan/types.ts';
import type { Component, DesiredFile, HostSpec, Inventory } from '../../../../src/relay/hosts/types.ts';
import type { Sandbox } from '../sandbox.ts';

export const owner = userInfo().username;
export const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();

/** What the component wants, to be changed by tests. */
export interface Wanted {
  files: DesiredFile[];
  packages: string[];
}

export const plain = (path: string, content: string, more: Partial<DesiredFile> = {}): DesiredFile => ({
  path,
  content,
  mode: 0o640,
  owner,
  group,
  secret: false,
  ...more,
});

export interface OneHost {
  ground: Ground;
  wanted: Wanted;
  /** Of the sandbox, where the component's files go. */
  at(name: string): string;
}

/** One unit reads `config` (restart) and `key` (reload); a fake systemctl, dpkg and apt-get keep their state in files. */
export async function oneHost(hosts: readonly Sandbox[]): Promise<OneHost> {
  const [first] = hosts;
  if (first === undefined) throw new Error('at least one host');
  const etc = join(first.folder, 'etc');
  const wanted: Wanted = {
    packages: ['haproxy'],
    files: [
      plain(join(etc, 'config'), 'one\n', { check: 'grep -q . "$FILE"' }),
      plain(join(etc, 'key'), 'secret one', { secret: true, mode: 0o600 }),
    ],
  };
  const component: Component = {
    name: 'relay',
    get packages() {
      return wanted.packages;
    },
    users: () => [{ name: owner, home: '/', groups: [] }],
    folders: () => [{ path: etc, mode: 0o750, owner, group }],
    files: () => wanted.files,
    units: () => [
      {
        name: 'relay.service',
        state: 'started',
        restartsOn: [join(etc, 'config'), '/opt/relay/current'],
        reloadsOn: [join(etc, 'key')],
      },
    ],
  };
  for (const host of hosts) await fakePrograms(host);
  const releases = {
    relay: await tarball(first, 'relay', '0.1.0'),
    cassandra: await tarball(first, 'cassandra', '5.0.5'),
  };
  return {
    wanted,
    at: (name) => join(etc, name),
    ground: {
      inventory: { name: 'example', hosts: hosts.map(({ remote }) => remote.host) } as Inventory,
      secrets: { certificates: {} } as Ground['secrets'],
      givenFiles: {},
      components: [component],
      firewallDiff: () => null,
      remote: (host: HostSpec) => {
        const found = hosts.find(({ remote }) => remote.host.name === host.name);
        if (found === undefined) throw new HostError(host.name, 'connect', 255, 'no such host');
        return found.remote;
      },
      release: (product) => releases[product],
    },
  };
}

/** systemctl remembers in files what it was asked, and that a unit runs. */
async function fakePrograms(host: Sandbox): Promise<void> {
  const state = join(host.folder, 'state');
  await mkdir(state, { recursive: true });
  await host.program(
    'systemctl',
    `cd ${state}
case $1 in
  show) if [ -e active ]; then echo ActiveState=active; else echo ActiveState=inactive; fi
    if [ -e enabled ]; then echo UnitFileState=enabled; else echo UnitFileState=; fi; echo ;;
  is-active) [ -e active ] ;;
  enable) touch enabled ;;
  start|restart|reload-or-restart) touch active; echo "$1" >> calls ;;
esac`,
  );
  await host.program('dpkg-query', `[ ! -e ${state}/haproxy ] || printf 'installed\\thaproxy\\t2.6\\n'`);
  await host.program('apt-get', `case "$*" in *install*) touch ${state}/haproxy ;; esac`);
}

async function tarball(host: Sandbox, product: Product, version: string): Promise<Release> {
  const top = join(host.folder, `${product}-${version}`);
  await mkdir(top);
  await writeFile(join(top, 'release.json'), JSON.stringify({ name: product, version }));
  const path = `${top}.tar.gz`;
  execFileSync('tar', ['-czf', path, '-C', host.folder, `${product}-${version}`]);
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return { product, version, path, sha256 };
}

/** Progress that nobody watches. */
export const silent: Progress = {
  begins: () => undefined,
  says: () => undefined,
  did: () => undefined,
  failed: () => undefined,
  ends: () => undefined,
};

/** What systemctl was asked to do with the unit, in order. */
export async function unitCalls(host: Sandbox): Promise<string[]> {
  const text = await readFile(join(host.folder, 'state/calls'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
