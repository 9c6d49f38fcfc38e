import { Args } from '@oclif/core';
import { QuickClass } from '../../../cli/quick-class.ts';
import { quick } from '../../../cli/quick/person-rule-list.ts';

export default class PersonRuleList extends QuickClass {
  static override summary = 'The notification rules and quiet hours of somebody.';
  static override examples = ['relay person rule list ana'];
  static override args = {
    id: Args.string({ description: 'The person.', required: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonRuleList);
    await this.runQuick(quick, [args.id], flags);
  }
}
