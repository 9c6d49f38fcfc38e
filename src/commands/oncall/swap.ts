import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall-swap.ts';

export default class OncallSwap extends QuickClass {
  static override summary = 'Two people swap shifts of a rotation: one for the other.';
  static override description =
    'The whole shifts that begin on these days, by the clock of the rotation. Days are tue (the coming one), tomorrow or 2026-11-24.';
  static override examples = [
    'relay oncall swap ana tue ben thu',
    'relay oncall swap ana 2026-12-24 ben 2026-12-31 --rotation ops --why "New Year"',
  ];
  static override args = {
    a: Args.string({ description: 'Whose shift.', required: true, ignoreStdin: true }),
    aDay: Args.string({ description: 'On which day.', required: true, ignoreStdin: true }),
    b: Args.string({ description: 'For whose.', required: true, ignoreStdin: true }),
    bDay: Args.string({ description: 'On which day.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    rotation: Flags.string({ description: 'In which rotation, where both have such shifts in several.' }),
    why: Flags.string({ description: 'A word for the others.', helpValue: 'TEXT' }),
    quiet: Flags.boolean({ char: 'q', description: 'Tell nobody; else whom it concerns is told.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OncallSwap);
    await this.runQuick(quick, [args.a, args.aDay, args.b, args.bDay], flags);
  }
}
