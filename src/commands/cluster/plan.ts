/** `relay cluster plan`. */
import { Command, Flags } from '@oclif/core';
import { inventoryFlag } from '../../cli/hosts/cluster-flags.ts';
import { processIo } from '../../cli/process-io.ts';

export default class ClusterPlan extends Command {
  static override summary =
    'Show what relay cluster apply would do on each host, with exact file differences.';
  static override description =
    `Looks at all hosts over ssh and changes nothing on them. Secrets are never shown: only that they change. The \
cluster's own keys and passwords are not made yet: the first apply makes them in cluster-secrets/ beside cluster.yaml. \
Exit codes: 0 fine; 1 something is refused, a host can't be reached, or with --check something is to be done.`;
  static override examples = [
    'relay cluster plan',
    'relay cluster plan --contents | less -R',
    'relay cluster plan --check || echo "the hosts have drifted"',
  ];
  static override flags = {
    file: inventoryFlag,
    contents: Flags.boolean({ default: false, description: 'Show what is in new files too.' }),
    check: Flags.boolean({ default: false, description: 'Exit with 1 when something is to be done.' }),
    json: Flags.boolean({ default: false, description: 'Print JSON for scripts.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ClusterPlan);
    const [{ planCluster }, { requiredClusterFile }] = await Promise.all([
      import('../../cli/hosts/plan.ts'),
      import('../../cli/hosts/where.ts'),
    ]);
    const io = processIo();
    process.exitCode = await planCluster({ file: requiredClusterFile(flags.file, io) }, flags, io);
  }
}
