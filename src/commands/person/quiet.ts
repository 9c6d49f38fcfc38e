import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/person-quiet.ts';

export default class PersonQuiet extends QuickClass {
  static override summary = 'Quiet hours: when only what is critical may wake somebody.';
  static override description =
    'What doesn’t break through goes by mail at once and by phone when they end. They never keep an incident from escalating.';
  static override examples = [
    'relay person quiet ana "22:00-07:00"',
    'relay person quiet ana "mon-fri 22:00-07:00, sat,sun 22:00-10:00" --except critical,error',
    'relay person quiet ana --off',
  ];
  static override args = {
    id: Args.string({ description: 'The person.', required: true, ignoreStdin: true }),
    hours: Args.string({ description: 'The hours, by the clock on the wall.', ignoreStdin: true }),
  };
  static override flags = {
    except: Flags.string({
      description: 'What breaks through; else critical. none for nothing.',
      helpValue: 'critical,error',
      multiple: true,
      multipleNonGreedy: true,
    }),
    off: Flags.boolean({ description: 'No quiet hours any more.' }),
    zone: Flags.string({
      description: 'Time zone of the hours; else that of the person, or of this machine when they have none.',
      helpValue: 'Europe/Berlin',
    }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonQuiet);
    await this.runQuick(quick, args.hours === undefined ? [args.id] : [args.id, args.hours], flags);
  }
}
