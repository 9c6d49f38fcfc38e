/** `relay cluster apply`. */
import { Command } from '@oclif/core';
import { changeFlags, inventoryFlag } from '../../cli/hosts/cluster-flags.ts';
import { processIo } from '../../cli/process-io.ts';

export default class ClusterApply extends Command {
  static override summary = 'Make the hosts of cluster.yaml a relay, or make them so again.';
  static override description =
    `Shows the plan and asks, then goes phase by phase over ssh: packages, releases, firewall, files, clock, Cassandra, \
logins, schema, relay, HAProxy. Run it again at any time: what is as it should be is left alone, and a run that was cut \
off is finished by the next. Another release is brought by relay cluster upgrade, not by this. Exit codes: 0 all hosts \
are as cluster.yaml says; 1 something failed: host, phase and command are named; 5 somebody else is at it.`;
  static override examples = [
    'relay cluster apply',
    'relay cluster apply --yes --file /srv/pager/cluster.yaml',
    'relay cluster apply --yes --json 2>apply.log',
  ];
  static override flags = {
    file: inventoryFlag,
    ...changeFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ClusterApply);
    const [{ applyCluster }, { requiredClusterFile }] = await Promise.all([
      import('../../cli/hosts/apply.ts'),
      import('../../cli/hosts/where.ts'),
    ]);
    const io = processIo();
    process.exitCode = await applyCluster({ file: requiredClusterFile(flags.file, io) }, flags, io);
  }
}
