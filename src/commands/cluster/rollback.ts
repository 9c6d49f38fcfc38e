/** `relay cluster rollback`. */
import { Command, Flags } from '@oclif/core';
import { changeFlags, inventoryFlag } from '../../cli/hosts/cluster-flags.ts';
import { processIo } from '../../cli/process-io.ts';

export default class ClusterRollback extends Command {
  static override summary = 'Go back to the release from before the last upgrade, one host after the other.';
  static override description =
    `The hosts that run the newest release go back to the one that they ran before; hosts that an upgrade never reached are \
left alone. Each is drained, restarted and well again before the next. The schema stays as it is: an older release \
doesn't mind what a newer one added.`;
  static override examples = ['relay cluster rollback', 'relay cluster rollback --yes --json'];
  static override flags = {
    file: inventoryFlag,
    cassandra: Flags.boolean({ default: false, description: 'Of Cassandra, not of relay.' }),
    ...changeFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ClusterRollback);
    const [{ rollbackCluster }, { requiredClusterFile }] = await Promise.all([
      import('../../cli/hosts/upgrade.ts'),
      import('../../cli/hosts/where.ts'),
    ]);
    const io = processIo();
    const wish = { file: requiredClusterFile(flags.file, io) };
    process.exitCode = await rollbackCluster(wish, flags.cassandra ? 'cassandra' : 'relay', flags, io);
  }
}
