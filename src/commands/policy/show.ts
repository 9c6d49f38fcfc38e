import { Args } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/policy-show.ts';

export default class PolicyShow extends QuickClass {
  static override summary = 'An escalation policy: its levels and rules, whom it tells now, what uses it.';
  static override examples = ['relay policy show ops'];
  static override args = {
    name: Args.string({ description: 'The policy.', required: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyShow);
    await this.runQuick(quick, [args.name], flags);
  }
}
