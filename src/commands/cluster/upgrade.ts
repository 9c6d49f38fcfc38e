/** `relay cluster upgrade`. */
import { resolve } from 'node:path';
import { Command, Flags } from '@oclif/core';
import { changeFlags, inventoryFlag } from '../../cli/hosts/cluster-flags.ts';
import { processIo } from '../../cli/process-io.ts';

export default class ClusterUpgrade extends Command {
  static override summary = 'Bring another release to all hosts, one after the other, while alerts go on.';
  static override description =
    `Brings the tarball to every host, lets the new release bring the schema up to date (it only adds), then changes host \
after host: drained, restarted, and well again before the next: ready, in touch with all others, a test input come \
through. On the first that isn't, that host goes back to the release before, the others stay as they are, and it exits \
with 1. Run again, it goes on with the hosts that haven't changed.`;
  static override examples = [
    'relay cluster upgrade',
    'relay cluster upgrade --release dist/relay-0.2.0-linux-x64.tar.gz --yes',
    'relay cluster upgrade --cassandra dist/relay-cassandra-5.0.9-linux-x64.tar.gz',
  ];
  static override flags = {
    file: inventoryFlag,
    release: Flags.string({
      description: "Relay's tarball; else what cluster.yaml names, or the newest in dist/.",
      helpValue: 'FILE',
    }),
    cassandra: Flags.string({
      description: "Cassandra's tarball: it is upgraded only when named here.",
      helpValue: 'FILE',
    }),
    ...changeFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ClusterUpgrade);
    const [{ upgradeCluster }, { requiredClusterFile }] = await Promise.all([
      import('../../cli/hosts/upgrade.ts'),
      import('../../cli/hosts/where.ts'),
    ]);
    const io = processIo();
    const wish = {
      file: requiredClusterFile(flags.file, io),
      releases: {
        ...(flags.release === undefined ? {} : { relay: resolve(flags.release) }),
        ...(flags.cassandra === undefined ? {} : { cassandra: resolve(flags.cassandra) }),
      },
      cassandra: flags.cassandra !== undefined,
      relay: flags.release !== undefined || flags.cassandra === undefined,
    };
    process.exitCode = await upgradeCluster(wish, flags, io);
  }
}
