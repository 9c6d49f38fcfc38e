import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../../cli/quick-class.ts';
import { quick } from '../../../cli/quick/person-rule-remove.ts';

export default class PersonRuleRemove extends QuickClass {
  static override summary = 'Take a notification rule of somebody away.';
  static override examples = ['relay person rule remove ana 2'];
  static override args = {
    id: Args.string({ description: 'The person.', required: true, ignoreStdin: true }),
    rule: Args.string({ description: 'Which one, from 1.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonRuleRemove);
    await this.runQuick(quick, [args.id, args.rule], flags);
  }
}
