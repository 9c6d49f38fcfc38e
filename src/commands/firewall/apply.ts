/** `relay firewall apply`. */
import { Command, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';

export default class FirewallApply extends Command {
  static override summary = 'Load the rules on each host, with a way back.';
  static override description =
    'Shows what differs and asks. Each host brings its old rules back by itself after 60 s, unless a new ssh connection gets in and says not to: so nobody is locked out for longer. Only then the next boot loads them. Tables of others stay as they are. Exit codes: 0 all hosts have their rules; 1 one rolled back or failed, and is named.';
  static override examples = ['relay firewall apply', 'relay firewall apply --host c1 --yes'];
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
    yes: Flags.boolean({ description: "Don't ask." }),
    json: Flags.boolean({ description: 'Print JSON for scripts.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(FirewallApply);
    const { applyFirewall } = await import('../../cli/hosts/firewall.ts');
    process.exitCode = await applyFirewall(flags, processIo());
  }
}
