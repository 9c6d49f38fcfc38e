/** `relay firewall apply`. */
import { Command, Flags } from '@oclif/core';
import { forceUnlockFlag } from '../../cli/hosts/cluster-flags.ts';
import { firewallFlags } from '../../cli/hosts/firewall-flags.ts';
import { processIo } from '../../cli/process-io.ts';

export default class FirewallApply extends Command {
  static override summary = 'Load the rules on each host, with a way back.';
  static override description =
    'Shows what differs and asks. Each host brings its old rules back by itself after 60 s, unless a new ssh connection gets in and says not to: so nobody is locked out for longer. Only then the next boot loads them. Tables of others stay as they are. Hosts that another authority has set up are left alone. Exit codes: 0 all hosts have their rules; 1 one rolled back, failed or was refused, and is named; 5 somebody else changes a host.';
  static override examples = ['relay firewall apply', 'relay firewall apply --host c1 --yes'];
  static override flags = {
    ...firewallFlags,
    yes: Flags.boolean({ description: "Don't ask." }),
    'force-unlock': forceUnlockFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(FirewallApply);
    const { applyFirewall } = await import('../../cli/hosts/firewall.ts');
    process.exitCode = await applyFirewall(flags, processIo());
  }
}
