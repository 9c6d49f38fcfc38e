import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/person-edit.ts';

export default class PersonEdit extends QuickClass {
  static override summary = 'Change how somebody is called or reached.';
  static override description =
    'What is given changes, the rest stays. A phone or address that was switched off is on again when it is given.';
  static override examples = [
    'relay person edit ana --phone +15550101',
    'relay person edit ana --email ana@example.com --phone ""',
    'relay person edit ana --voice +15550101',
    'relay person edit ana --revoke-links',
    'relay person edit ana --push ana-pages --push siren:office',
  ];
  static override args = {
    id: Args.string({ description: 'The person.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    name: Flags.string({ description: 'Full name.' }),
    email: Flags.string({ description: 'Where mails go; "" for nowhere.' }),
    phone: Flags.string({ description: 'Where texts go, as +15550100; "" for nowhere.' }),
    push: Flags.string({
      description: 'All topics, rooms and sirens of push providers, one each time; "" for none.',
      multiple: true,
    }),
    voice: Flags.string({ description: 'Which number is called, as +15550100; "" for none.' }),
    zone: Flags.string({
      description: 'Time zone of their hours, in which times are shown to them too; "" for none.',
      helpValue: 'Europe/Berlin',
    }),
    'revoke-links': Flags.boolean({
      description: 'Links in messages sent until now lead nowhere any more: for a phone that was lost.',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonEdit);
    await this.runQuick(quick, [args.id], flags);
  }
}
