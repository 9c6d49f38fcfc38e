import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall-next.ts';

export default class OncallNext extends QuickClass {
  static override summary = 'Your next shifts, or those of somebody else.';
  static override examples = ['relay oncall next', 'relay oncall next ana --for 90d'];
  static override args = {
    person: Args.string({ description: 'Whose; else those of your user name.', ignoreStdin: true }),
  };
  static override flags = {
    for: Flags.string({ description: 'How far ahead; else 30d.', helpValue: '30d' }),
    as: Flags.string({ description: 'Who asks; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OncallNext);
    await this.runQuick(quick, args.person === undefined ? [] : [args.person], flags);
  }
}
