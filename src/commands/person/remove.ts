import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/person-remove.ts';

export default class PersonRemove extends QuickClass {
  static override summary = 'Remove somebody whom nothing names any more.';
  static override examples = ['relay person remove ana'];
  static override args = {
    id: Args.string({ description: 'The person.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonRemove);
    await this.runQuick(quick, [args.id], flags);
  }
}
