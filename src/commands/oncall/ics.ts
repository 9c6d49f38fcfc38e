import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall-ics.ts';

export default class OncallIcs extends QuickClass {
  static override summary = 'Make an address under which a calendar program subscribes to shifts.';
  static override description =
    'The address holds a secret and is shown once. It shows the last 14 and the next 90 days. Without a name it lists what there is. Others reach it at http.publicUrl.';
  static override examples = [
    'relay oncall ics ana',
    'relay oncall ics ops --rotation',
    'relay oncall ics ana --revoke',
  ];
  static override args = {
    name: Args.string({ description: 'A person or a rotation, whose shifts it shows.', ignoreStdin: true }),
  };
  static override flags = {
    rotation: Flags.boolean({ description: 'The name is of a rotation, also where a person has it too.' }),
    revoke: Flags.boolean({ description: 'Take back all addresses of this person or rotation.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OncallIcs);
    await this.runQuick(quick, args.name === undefined ? [] : [args.name], flags);
  }
}
