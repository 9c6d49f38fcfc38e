/** `relay rules list`. */
import { Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class RulesList extends QuickClass {
  static override summary = "Show the team's rules for alerts, in the order in which they are tried.";
  static override description =
    'The first that matches takes an alert. They are written in the roster file, as rules: relay roster export shows them, relay roster apply changes them, relay rules test tries them.';
  static override examples = [
    'relay rules list',
    'relay rules list --roster roster.yaml',
    'relay rules list --json',
  ];
  static override flags = {
    roster: Flags.string({ description: 'Of this roster file, without a daemon.', helpValue: 'FILE' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(RulesList);
    const { listRules } = await import('../../cli/rules-list.ts');
    process.exitCode = await listRules(flags, processIo(), Date.now());
  }
}
