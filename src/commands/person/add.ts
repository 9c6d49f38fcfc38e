import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/person-add.ts';

export default class PersonAdd extends QuickClass {
  static override summary = 'Add somebody who can be paged.';
  static override examples = [
    'relay person add ana --name Ana --email ana@example.com --phone +15550100',
    'relay person add ben --phone +15550101 --voice +15550101',
    'relay person add eve --email eve@example.com --push eve-pages --push siren:office',
  ];
  static override args = {
    id: Args.string({ description: 'Short name, used in commands.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    name: Flags.string({ description: 'Full name; else the short one.' }),
    email: Flags.string({ description: 'Where mails go.' }),
    phone: Flags.string({ description: 'Where texts go, as +15550100.' }),
    push: Flags.string({
      description: 'A topic, room or siren of a push provider; PROVIDER:TOPIC for that one only. Repeatable.',
      multiple: true,
    }),
    voice: Flags.string({ description: 'Which number is called, as +15550100; it may be the same.' }),
    zone: Flags.string({
      description: 'Time zone of their hours, in which times are shown to them too.',
      helpValue: 'Europe/Berlin',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonAdd);
    await this.runQuick(quick, [args.id], flags);
  }
}
