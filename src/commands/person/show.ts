import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/person-show.ts';

export default class PersonShow extends QuickClass {
  static override summary = 'A person: contacts, how they are told, what names them, their next shift.';
  static override examples = ['relay person show ana', 'relay person show ana --at "sat 03:00"'];
  static override args = {
    id: Args.string({ description: 'The person.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    at: Flags.string({
      description: 'How they would be told of an incident at this time; else now.',
      helpValue: '"sat 03:00"',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonShow);
    await this.runQuick(quick, [args.id], flags);
  }
}
