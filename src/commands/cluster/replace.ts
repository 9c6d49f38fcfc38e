/** `relay cluster replace`. */
import { Args, Command, Flags } from '@oclif/core';
import { changeFlags, inventoryFlag } from '../../cli/hosts/cluster-flags.ts';
import { processIo } from '../../cli/process-io.ts';

export default class ClusterReplace extends Command {
  static override summary =
    'Set up a new machine in place of a dead host: same name, same place in the ring.';
  static override description =
    `Put the new machine's address into cluster.yaml (if it is another one), then run this. The new machine gets everything \
that apply would give it, and its node takes the dead one's place and fetches its data from the others. A host whose node \
still lives is never replaced. A machine set up anew has a new ssh host key: ssh says so, and what to do. Run again, it \
goes on where it was cut off.`;
  static override examples = ['relay cluster replace c1', 'relay cluster replace c1 --from 192.0.2.9 --yes'];
  static override args = { host: Args.string({ description: 'Its name in cluster.yaml.', required: true }) };
  static override flags = {
    file: inventoryFlag,
    from: Flags.string({
      description: "The dead host's address; else the one that cluster.yaml has now.",
      helpValue: 'ADDRESS',
    }),
    ...changeFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ClusterReplace);
    const [{ replaceHost }, { requiredClusterFile }] = await Promise.all([
      import('../../cli/hosts/replace.ts'),
      import('../../cli/hosts/where.ts'),
    ]);
    const io = processIo();
    const wish = { file: requiredClusterFile(flags.file, io) };
    process.exitCode = await replaceHost(wish, args.host, flags.from, flags, io);
  }
}
