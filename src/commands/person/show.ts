import { Args } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/person-show.ts';

export default class PersonShow extends QuickClass {
  static override summary = 'A person: contacts, what names them, their next shift.';
  static override examples = ['relay person show ana'];
  static override args = {
    id: Args.string({ description: 'The person.', required: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonShow);
    await this.runQuick(quick, [args.id], flags);
  }
}
