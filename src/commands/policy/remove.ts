import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/policy-remove.ts';

export default class PolicyRemove extends QuickClass {
  static override summary = 'Remove a policy that no service and no rule of another uses.';
  static override examples = ['relay policy remove ops'];
  static override args = {
    name: Args.string({ description: 'The policy.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyRemove);
    await this.runQuick(quick, [args.name], flags);
  }
}
