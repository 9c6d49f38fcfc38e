/** `relay cluster rollback`. */
import { Command, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';

export default class ClusterRollback extends Command {
  static override summary = 'Go back to the release from before the last upgrade, one host after the other.';
  static override description =
    `The hosts that run the newest release go back to the one that they ran before; hosts that an upgrade never reached are \
left alone. Each is drained, restarted and well again before the next. The schema stays as it is: an older release \
doesn't mind what a newer one added.`;
  static override examples = ['relay cluster rollback', 'relay cluster rollback --yes --json'];
  static override flags = {
    file: Flags.string({
      char: 'f',
      description: 'The inventory; else RELAY_CLUSTER, ./cluster.yaml.',
      helpValue: 'FILE',
    }),
    cassandra: Flags.boolean({ default: false, description: 'Of Cassandra, not of relay.' }),
    yes: Flags.boolean({ default: false, description: "Don't ask." }),
    'force-unlock': Flags.boolean({
      default: false,
      description: 'Go on although another one seems to be at it.',
    }),
    json: Flags.boolean({
      default: false,
      description: 'Print JSON for scripts; progress goes to standard error.',
    }),
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
