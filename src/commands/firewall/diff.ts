/** `relay firewall diff`. */
import { Command } from '@oclif/core';
import { firewallFlags } from '../../cli/hosts/firewall-flags.ts';
import { processIo } from '../../cli/process-io.ts';

export default class FirewallDiff extends Command {
  static override summary = "Compare the rules in each host's kernel with what cluster.yaml makes.";
  static override description =
    "Finds what was added, removed or flushed by hand, and a file for the next boot that is another one. Changes nothing. Exit codes: 0 all are as they should be; 1 one differs or can't be asked.";
  static override examples = ['relay firewall diff', 'relay firewall diff --host a1 --host a2 --json'];
  static override flags = firewallFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(FirewallDiff);
    const { diffFirewall } = await import('../../cli/hosts/firewall.ts');
    process.exitCode = await diffFirewall(flags, processIo());
  }
}
