import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../../cli/quick-class.ts';
import { quick } from '../../../cli/quick/person-rule-move.ts';

export default class PersonRuleMove extends QuickClass {
  static override summary = 'Move a notification rule of somebody: the first that applies decides.';
  static override examples = ['relay person rule move ana 3 1'];
  static override args = {
    id: Args.string({ description: 'The person.', required: true, ignoreStdin: true }),
    rule: Args.string({ description: 'Which one, from 1.', required: true, ignoreStdin: true }),
    to: Args.string({ description: 'Where it comes to stand.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonRuleMove);
    await this.runQuick(quick, [args.id, args.rule, args.to], flags);
  }
}
