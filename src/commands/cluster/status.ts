import { Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/cluster-status.ts';

export default class ClusterStatus extends QuickClass {
  static override summary =
    'All hosts, nodes and datacenters: who lives, whether there is a quorum, what may still be lost.';
  static override description =
    `Any host answers, from what it knows and what the others say when asked. When no daemon answers here, it says what \
the nodes tell. With a cluster.yaml at hand it looks at the hosts themselves, by ssh: versions, units, files and firewall \
that are not as cluster.yaml says, certificates, disks, clocks; and asks the daemon of the first that answers. Exit codes: \
0 nothing is broken; 1 something is: a host is dead, a node down, the quorum lost, a clock wrong, a file changed by hand; \
3 no daemon answers here.`;
  static override examples = [
    'relay cluster status',
    'relay cluster status --json | jq .verdict',
    'relay cluster status --file /srv/pager/cluster.yaml',
  ];
  static override flags = {
    file: Flags.string({
      char: 'f',
      description: 'The inventory; else RELAY_CLUSTER, ./cluster.yaml; without one the daemon here is asked.',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ClusterStatus);
    await this.runQuick(quick, [], flags);
  }
}
