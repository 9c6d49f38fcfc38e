/** `relay firewall show`. */
import { Command, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';

export default class FirewallShow extends Command {
  static override summary = 'Print the firewall rules of each host, as cluster.yaml makes them.';
  static override description =
    'As a file for nft -f. No host is asked, so ssh is let in at the port that cluster.yaml says; diff and apply look where sshd listens.';
  static override examples = [
    'relay firewall show --host a1',
    'relay firewall show --host a1 | ssh a1 sudo nft -c -f -',
  ];
  static override flags = {
    file: Flags.string({
      char: 'f',
      description: 'The inventory; else RELAY_CLUSTER, ./cluster.yaml.',
      helpValue: 'FILE',
    }),
    host: Flags.string({
      description: 'Only this one; may be given several times.',
      helpValue: 'HOST',
      multiple: true,
      multipleNonGreedy: true,
    }),
    json: Flags.boolean({ description: 'Print JSON for scripts.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(FirewallShow);
    const { showFirewall } = await import('../../cli/hosts/firewall.ts');
    process.exitCode = await showFirewall(flags, processIo());
  }
}
