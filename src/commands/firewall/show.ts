/** `relay firewall show`. */
import { Command } from '@oclif/core';
import { firewallFlags } from '../../cli/hosts/firewall-flags.ts';
import { processIo } from '../../cli/process-io.ts';

export default class FirewallShow extends Command {
  static override summary = 'Print the firewall rules of each host, as cluster.yaml makes them.';
  static override description =
    'As a file for nft -f. No host is asked, so ssh is let in at the port that cluster.yaml says; diff and apply look where sshd listens.';
  static override examples = [
    'relay firewall show --host a1',
    'relay firewall show --host a1 | ssh a1 sudo nft -c -f -',
  ];
  static override flags = firewallFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(FirewallShow);
    const { showFirewall } = await import('../../cli/hosts/firewall.ts');
    process.exitCode = await showFirewall(flags, processIo());
  }
}
