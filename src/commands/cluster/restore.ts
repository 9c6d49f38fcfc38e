/** `relay cluster restore`. */
import { Args, Command } from '@oclif/core';
import { changeFlags, inventoryFlag } from '../../cli/hosts/cluster-flags.ts';
import { processIo } from '../../cli/process-io.ts';

export default class ClusterRestore extends Command {
  static override summary = 'Put a backup into an empty store, and have all hosts work with it.';
  static override description =
    `For the day after everything was lost, or damaged. Name a keyspace that isn't there yet in cluster.yaml \
(cassandra.keyspace), then run this with a file that relay backup has made: the keyspace is made, the backup is brought to \
one host and tried, relay stops on all hosts, the backup is put in, read back and compared, and relay starts with it. The \
former keyspace stays as it is. Alerts that came after the backup, and are not in a spool, aren't in it. Run again, it goes \
on where it was cut off.`;
  static override examples = [
    'relay cluster restore relay-a1-20260102T030405Z.backup',
    'relay cluster restore relay-a1-20260102T030405Z.backup --yes --json',
  ];
  static override args = {
    file: Args.string({ description: 'A file that relay backup has made, on this machine.', required: true }),
  };
  static override flags = { file: inventoryFlag, ...changeFlags };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ClusterRestore);
    const [{ restoreCluster }, { requiredClusterFile }] = await Promise.all([
      import('../../cli/hosts/restore.ts'),
      import('../../cli/hosts/where.ts'),
    ]);
    const io = processIo();
    process.exitCode = await restoreCluster(
      { file: requiredClusterFile(flags.file, io) },
      args.file,
      flags,
      io,
    );
  }
}
