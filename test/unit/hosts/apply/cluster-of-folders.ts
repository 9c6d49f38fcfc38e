/** Hosts that are folders, with programs that tell each other who runs: what bringing a cluster up is tried on. */
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CASSANDRA_FILES } from '../../../../src/relay/hosts/components/cassandra/files.ts';
import { PLACES } from '../../../../src/relay/hosts/places.ts';
import type { UnitChange } from '../../../../src/relay/hosts/plan/types.ts';
import type { HostWork, Work } from '../../../../src/relay/hosts/apply/work.ts';
import type { HostSpec, Inventory } from '../../../../src/relay/hosts/types.ts';
import { contextOf, factsOf, inventoryOf, secretsOf } from '../components/five-hosts.ts';
import { type Sandbox, sandbox } from '../sandbox.ts';

/** What the plan wants of one host's units; a unit that isn't named is left as it is. */
export type Wish = Record<string, UnitChange['action']>;

export class ClusterOfFolders implements AsyncDisposable {
  readonly hosts: readonly Sandbox[];
  readonly inventory: Inventory;
  readonly #shared: string;
  readonly #secrets: Work['secrets'];

  constructor(hosts: readonly Sandbox[], inventory: Inventory, secrets: Work['secrets'], shared: string) {
    this.hosts = hosts;
    this.inventory = inventory;
    this.#secrets = secrets;
    this.#shared = shared;
  }

  static async of(specs: readonly HostSpec[], more: Partial<Inventory> = {}): Promise<ClusterOfFolders> {
    const hosts = await Promise.all(specs.map((spec) => sandbox(spec)));
    const shared = join(hosts[0]?.folder ?? '', 'shared');
    await mkdir(shared);
    for (const host of hosts) await programs(host, shared);
    const inventory = inventoryOf({ hosts: [...specs], ...more });
    return new ClusterOfFolders(hosts, inventory, await secretsOf(specs), shared);
  }

  /** What was done on the hosts, in order: "a1 start relay-cassandra.service". */
  async did(about: RegExp = /./u): Promise<string[]> {
    const text = await readFile(join(this.#shared, 'journal'), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '' && about.test(line));
  }

  async forget(): Promise<void> {
    await rm(join(this.#shared, 'journal'), { force: true });
  }

  host(name: string): Sandbox {
    const found = this.hosts.find(({ remote }) => remote.host.name === name);
    if (found === undefined) throw new Error(`no host ${name}`);
    return found;
  }

  /** A unit that runs, with what it leaves behind. */
  async runs(name: string, unit: string): Promise<void> {
    await writeFile(join(this.#shared, `${name}.${unit}`), '');
    if (unit !== PLACES.cassandra.unit) return;
    const host = this.host(name);
    await mkdir(host.at('/var/lib/relay-cassandra/data/system/local-1'), { recursive: true });
    await writeFile(host.at('/proc/net/tcp'), LISTENS);
  }

  async dies(name: string, unit: string): Promise<void> {
    await rm(join(this.#shared, `${name}.${unit}`), { force: true });
  }

  /** The files beside cassandra.yaml that `apply` has put there. */
  async configured(name: string): Promise<void> {
    const etc = this.host(name).at(PLACES.cassandra.etc);
    await mkdir(etc, { recursive: true });
    for (const file of ['cassandra-rackdc.properties', 'jvm.options', 'logback.xml'])
      await writeFile(join(etc, file), '');
  }

  /** What the relay on every host answers to a command, by its first words. */
  async answers(words: string, text: string): Promise<void> {
    await writeFile(join(this.#shared, `answer ${words}`), text);
  }

  /** What came to a command by its standard input. */
  async heard(words: string): Promise<string> {
    return readFile(join(this.#shared, `heard ${words}`), 'utf8').catch(() => '');
  }

  /** As a survey would give it, of what runs now. */
  async work(wishes: Record<string, Wish>): Promise<Work> {
    const hosts = await Promise.all(
      this.hosts.map(async ({ remote }): Promise<HostWork> => {
        const { name } = remote.host;
        const active = async (unit: string): Promise<boolean> =>
          readFile(join(this.#shared, `${name}.${unit}`)).then(
            () => true,
            () => false,
          );
        const unit = async (of: string) => ({
          active: await active(of),
          enabled: true,
          startedWith: 'before',
        });
        const units = {
          [PLACES.cassandra.unit]: await unit(PLACES.cassandra.unit),
          [PLACES.relay.unit]: await unit(PLACES.relay.unit),
        };
        const once = CASSANDRA_FILES.once;
        const found = existsSync(this.host(name).at(once))
          ? { sha256: '0', mode: 0o644, owner: 'root', group: 'root', text: null }
          : null;
        const facts = factsOf({ units, files: { [once]: found } });
        const changes = Object.entries(wishes[name] ?? {}).map(
          ([of, action]): UnitChange => ({ name: of, action, because: ['a test'], startedWith: 'now' }),
        );
        return {
          host: remote.host,
          remote,
          facts,
          context: await contextOf(name, this.inventory, facts, this.#secrets),
          desired: {
            packages: [],
            users: [],
            groups: [],
            folders: [],
            files: [],
            units: [],
          } as unknown as HostWork['desired'],
          plan: {
            host: name,
            packages: [],
            users: [],
            groups: [],
            folders: [],
            releases: [],
            files: [],
            units: changes,
            firewall: null,
          },
          targets: { relay: '1.0.0', cassandra: '5.0.9' },
        };
      }),
    );
    return {
      inventory: this.inventory,
      secrets: this.#secrets,
      hosts,
      releaseFor: () => {
        throw new Error('no release is asked for here');
      },
      givenFiles: {},
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.hosts.map((host) => host[Symbol.asyncDispose]()));
  }
}

/** A line of /proc/net/tcp: somebody listens at 9042. */
const LISTENS = '   0: 0100007F:2352 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n';

async function programs(host: Sandbox, shared: string): Promise<void> {
  const { name, address } = host.remote.host;
  await appendFile(join(shared, 'nodes'), `${name} ${address}\n`);
  const once = host.at('/var/lib/relay-host/cassandra-once.env');
  await host.program('runuser', 'shift 3\nexec "$@"');
  await host.program(
    'systemctl',
    `case $1 in
start|restart|reload-or-restart)
  echo "${name} $1 $2$(if [ $2 = relay-cassandra.service ] && [ -e ${once} ]; then echo " once"; fi)" >> ${shared}/journal
  if [ -e "${shared}/fails ${name} $2" ]; then exit 1; fi
  touch "${shared}/${name}.$2"
  if [ $2 = relay-cassandra.service ]; then
    if [ -e ${once} ]; then cp ${once} "${shared}/${name} once"; fi
    mkdir -p ${host.at('/var/lib/relay-cassandra/data/system/local-1')}
    printf '%s\\n' '${LISTENS.trim()}' > ${host.at('/proc/net/tcp')}
  fi ;;
disable)
  for unit in "$@"; do :; done
  echo "${name} disable $unit" >> ${shared}/journal
  rm -f "${shared}/${name}.$unit" ;;
show) echo NRestarts=0 ;;
is-active)
  if [ $2 != --quiet ] && [ $2 != -q ]; then if [ -e "${shared}/${name}.$2" ]; then echo active; else echo inactive; exit 3; fi
  else [ -e "${shared}/${name}.$3" ]; fi ;;
esac`,
  );
  await host.program('journalctl', 'true');
  const put = async (path: string, script: string): Promise<void> => {
    await mkdir(dirname(host.at(path)), { recursive: true });
    await writeFile(host.at(path), `#!/bin/sh\n${script}\n`);
    await chmod(host.at(path), 0o755);
  };
  await put(
    `${PLACES.cassandra.current}/bin/nodetool`,
    `case $1 in
decommission) rm ${shared}/${name}.relay-cassandra.service ;;
removenode) rm -f "${shared}/known "* ;;
status|ring) ;;
esac
case $1 in
status|ring) ;;
*) echo "${name} nodetool $*" >> ${shared}/journal; exit ;;
esac
at=0
while read -r name address; do
  at=$((at + 1)); token=$at
  if [ -e ${shared}/$name.relay-cassandra.service ]; then
    state=UN up=Up
    if [ -e ${shared}/moves ] && [ -e "${shared}/known $name" ]; then token=77; fi
  elif [ -e "${shared}/known $name" ]; then state=DN up=Down
  else continue; fi
  if [ $1 = status ]; then echo "$state  $address  1 KiB  1  100%  00000000-0000-4000-8000-00000000000$at  r1"
  else echo "$address  r1  $up  Normal  1 KiB  100.00%  $token"; fi
done < ${shared}/nodes`,
  );
  await put(
    `${PLACES.relay.current}/bin/relay`,
    `words="$1 $2"
if [ "$1" = restore ]; then
  words=restore
  echo "${name} relay restore$(case "$*" in *--dry-run*) echo " --dry-run" ;; esac)" >> ${shared}/journal
  if [ -e "${shared}/answer restore fails" ]; then cat "${shared}/answer restore fails" >&2; exit 1; fi
  if [ -e "${shared}/answer restore" ]; then cat "${shared}/answer restore"; fi
  exit 0
fi
echo "${name} relay $words" >> ${shared}/journal
case $words in "store logins"|"roster apply") cat > "${shared}/heard $words" ;; esac
if [ -e "${shared}/answer $words" ]; then cat "${shared}/answer $words"; else echo '{}'; fi`,
  );
  // What asks /readyz.
  await host.program(
    'bash',
    `if [ -e ${shared}/${name}.relay.service ] && [ ! -e "${shared}/unready ${name}" ]; then
  printf 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\nready\\n'
fi`,
  );
}
