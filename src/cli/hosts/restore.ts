/** `relay cluster restore`: a backup into an empty store of a cluster, whoever made it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Wish } from '../../relay/hosts/apply/prepare.ts';
import type { RestoredJson } from '../../relay/hosts/apply/restore.ts';
import { told } from '../backup.ts';
import { EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { type ChangeFlags, lookedFor, refuseUnfit, underLock, withCluster } from './at-it.ts';
import { progressTo, tookText } from './progress.ts';

const now = (): number => performance.now();

export async function restoreCluster(wish: Wish, path: string, flags: ChangeFlags, io: Io): Promise<number> {
  const again = `relay cluster restore ${path}`;
  const { checkBackup } = await import('../../relay/backup/read.ts');
  io.err(`relay: reading ${path} to its end\n`);
  const { head } = await told(() => checkBackup(path));
  const sha256 = await sumOf(path);
  return withCluster(wish, again, async (prepared) => {
    const begunMs = now();
    const { ground } = prepared;
    const looked = await lookedFor(prepared, io, true);
    await refuseUnfit(ground, looked, io);
    const { keyspace } = ground.inventory.cassandra;
    const made = `the backup of ${head.host} of ${new Date(head.atMs).toISOString()}`;
    const question = `Put ${made} into keyspace ${keyspace}, and have relay work with that from now on? Relay stops on all hosts meanwhile.`;
    const restored: RestoredJson[] = [];
    await underLock(looked.hosts, again, question, flags, async (held) => {
      const [{ survey }, { runPhases, PhaseError }, { PHASES }, { relaysUp }, { restorePhases }] =
        await Promise.all([
          import('../../relay/hosts/apply/survey.ts'),
          import('../../relay/hosts/apply/run-phases.ts'),
          import('../../relay/hosts/apply/phases.ts'),
          import('../../relay/hosts/apply/relays-up.ts'),
          import('../../relay/hosts/apply/restore.ts'),
        ]);
      const look = async () => {
        const { work, failures } = await survey(held(ground));
        if (failures.length > 0) throw new PhaseError('look', failures);
        return work;
      };
      const first = await look();
      await prepared.keepSecrets();
      const before = PHASES.slice(0, PHASES.indexOf(relaysUp));
      const own = restorePhases({ path, sha256 }, (what) => restored.push(what));
      await runPhases([...before, ...own], first, progressTo(io), now);
      // What came with the backup may not be what cluster.yaml says: keys, for one.
      await runPhases(PHASES, await look(), progressTo(io), now);
    });
    const tookMs = Math.round(now() - begunMs);
    if (flags.json) io.out(`${JSON.stringify({ ...restored[0], keyspace, tookMs }, null, 2)}\n`);
    else
      io.out(
        `${made} is what relay works with now, in keyspace ${keyspace}, after ${tookText(tookMs)}\nWhat was open then is open again and escalates: look at relay incidents.\n`,
      );
    return EXIT.ok;
  });
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
