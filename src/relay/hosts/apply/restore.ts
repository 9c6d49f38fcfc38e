/**
 * A backup into the store of a cluster. Everything that may fail is tried while relay still runs with the former store;
 * then relay stops on all hosts, one of them puts the backup in, and apply's own phases start relay again.
 */
import { createReadStream } from 'node:fs';
import { PLACES } from '../places.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';
import { stopRelay } from './take-away.ts';
import type { HostWork, Phase, WholePhase } from './work.ts';

const { current, config, spool } = PLACES.relay;
/** Only root reads what is in it: keys, and passwords perhaps. */
const BROUGHT = `${PLACES.memory}/restore.backup`;
const UPLOAD_MS = 60 * 60_000;
const RESTORE_MS = 6 * 60 * 60_000;

export interface Backup {
  path: string;
  /** Lower-case hex. */
  sha256: string;
}

/** As `relay restore --json` says it. */
export interface RestoredJson {
  from: string;
  at: string;
  pieces: number;
  openIncidents: number;
}

/** `onRestored` is given what came back. */
export function restorePhases(
  backup: Backup,
  onRestored: (restored: RestoredJson) => void,
): (Phase | WholePhase)[] {
  return [
    {
      name: 'backup',
      wanted: () => true,
      whole: async ({ hosts, inventory }, say) => {
        const { host, remote } = firstOf(hosts);
        say(host.name, 'bringing it');
        await bring(remote, backup);
        say(host.name, 'trying it');
        await tried(remote, inventory.cassandra.keyspace);
      },
    },
    {
      name: 'stop',
      hosts: ({ hosts }) => hosts,
      atOnce: 5,
      run: ({ remote }, _work, say) => stopRelay(remote, say),
    },
    {
      name: 'restore',
      wanted: () => true,
      whole: async ({ hosts }, say) => {
        const { host, remote } = firstOf(hosts);
        // It tells of the store that was, and whoever is cut off after the next step must not start with it.
        for (const one of hosts)
          await one.remote.run('forget the former store', `rm -f ${spool}/last-seen.json`);
        say(host.name, 'putting it in, reading it back and comparing');
        const restored = JSON.parse(await restore(remote, 'put the backup in', '')) as RestoredJson;
        await remote.run('remove the backup', `rm -f ${BROUGHT}`);
        onRestored(restored);
      },
    },
  ];
}

function firstOf([first]: readonly HostWork[]): HostWork {
  if (first === undefined) throw new Error('no hosts');
  return first;
}

async function bring(remote: Remote, { path, sha256 }: Backup): Promise<void> {
  const script = `umask 077
mkdir -p ${PLACES.memory}
cat > ${BROUGHT}
sum=$(sha256sum < ${BROUGHT}); sum=\${sum%% *}
if [ "$sum" != ${quoted(sha256)} ]; then rm -f ${BROUGHT}; echo "it arrived with another sum ($sum): run it again" >&2; exit 1; fi`;
  await remote.run('bring the backup', script, { stdin: createReadStream(path), timeoutMs: UPLOAD_MS });
}

async function tried(remote: Remote, keyspace: string): Promise<void> {
  try {
    await restore(remote, 'try the backup', '--dry-run');
  } catch (error) {
    if (!(error instanceof HostError) || !error.stderr.includes('is not empty')) throw error;
    throw new HostError(
      error.host,
      error.what,
      error.exitCode,
      `keyspace ${keyspace} is not empty, and stays as it is: name another one in cluster.yaml (cassandra.keyspace), and run it again; where this backup is in it already, relay cluster apply goes on`,
    );
  }
}

/** As root: keys go back to where only root and relay get at them. */
const restore = (remote: Remote, what: string, flag: '' | '--dry-run'): Promise<string> =>
  remote.run(what, `${current}/bin/relay restore ${BROUGHT} --config ${config} --json ${flag}`, {
    timeoutMs: RESTORE_MS,
  });
