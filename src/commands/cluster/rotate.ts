/** `relay cluster rotate`. */
import { Args, Command } from '@oclif/core';
import { changeFlags, inventoryFlag } from '../../cli/hosts/cluster-flags.ts';
import { processIo } from '../../cli/process-io.ts';
import type { Renewable } from '../../relay/hosts/secrets/renew.ts';

const WHAT: Renewable[] = ['certificates', 'authority', 'passwords', 'token', 'api-token'];

export default class ClusterRotate extends Command {
  static override summary =
    "Make the cluster's certificates, authority, passwords or keys anew, and bring them to all hosts.";
  static override description =
    `Nothing is refused meanwhile: what takes several steps (authority: trust both, sign with the new one, forget the old \
one; passwords: new roles beside the old ones, then without them) is done in several, with an apply after each. Run again, \
it finishes what was cut off, then goes on. A new token means that pages sent before can no longer be answered by mail. \
Certificates that near their end are renewed by apply alone.`;
  static override examples = [
    'relay cluster rotate certificates',
    'relay cluster rotate authority --yes',
    'relay cluster rotate passwords',
  ];
  static override args = {
    what: Args.string({ description: 'What to make anew.', required: true, options: WHAT }),
  };
  static override flags = {
    file: inventoryFlag,
    ...changeFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ClusterRotate);
    const what = WHAT.find((one) => one === args.what) ?? 'certificates';
    const [{ rotateSecrets }, { requiredClusterFile }] = await Promise.all([
      import('../../cli/hosts/rotate.ts'),
      import('../../cli/hosts/where.ts'),
    ]);
    const io = processIo();
    process.exitCode = await rotateSecrets({ file: requiredClusterFile(flags.file, io) }, what, flags, io);
  }
}
