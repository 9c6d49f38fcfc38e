/** `relay cluster remove`. */
import { Args, Command, Flags } from '@oclif/core';
import { changeFlags, inventoryFlag } from '../../cli/hosts/cluster-flags.ts';
import { CliError, EXIT } from '../../cli/exit.ts';
import { processIo } from '../../cli/process-io.ts';

export default class ClusterRemove extends Command {
  static override summary = 'Take one host out of the cluster, or relay off all of them.';
  static override description =
    `One host: its daemon drains, its node hands over what it holds (a dead one is let go by the others), the others forget \
it, and it leaves cluster.yaml. Refused when the layout would break: relay cluster replace keeps it. With --all relay \
leaves every host, and what stood there before comes back. Data stays on the hosts unless --purge is given. Debian's \
packages stay in any case.`;
  static override examples = [
    'relay cluster remove c1',
    'relay cluster remove c1 --force --purge --yes',
    'relay cluster remove --all --purge',
  ];
  static override args = { host: Args.string({ description: 'Its name in cluster.yaml.' }) };
  static override flags = {
    file: inventoryFlag,
    all: Flags.boolean({ default: false, description: 'Remove relay from all hosts.' }),
    purge: Flags.boolean({
      default: false,
      description: 'Remove its data too: alerts, keys, backups on the host, logs, users.',
    }),
    force: Flags.boolean({
      default: false,
      description:
        'Even if the layout would break; with --all even if a host is out of reach, or was set up with other secrets.',
    }),
    ...changeFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ClusterRemove);
    if ((args.host === undefined) !== flags.all) {
      throw new CliError(EXIT.usage, 'Name one host, or say --all.', 'relay cluster remove HOST');
    }
    const [{ removeAll, removeHost }, { requiredClusterFile }] = await Promise.all([
      import('../../cli/hosts/remove.ts'),
      import('../../cli/hosts/where.ts'),
    ]);
    const io = processIo();
    const wish = { file: requiredClusterFile(flags.file, io) };
    process.exitCode =
      args.host === undefined
        ? await removeAll(wish, flags, io)
        : await removeHost(wish, args.host, flags, io);
  }
}
