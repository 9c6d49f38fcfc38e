import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall-set.ts';

export default class OncallSet extends QuickClass {
  static override summary = 'Put a person on call in place of a level or of a rotation, for a time.';
  static override description =
    'Without --service on every policy. Times are 18:00, "fri 18:00", 2h (from now) or ISO 8601; durations are 30m, 8h, 2d. Without an end it stays until it is set anew.';
  static override examples = [
    'relay oncall set ana --for 8h',
    'relay oncall set cleo --rotation ops --until "mon 09:00" --why "ana is ill"',
    'relay oncall set ben --service db --level 2 --from "fri 18:00" --until "mon 09:00"',
  ];
  static override args = {
    person: Args.string({ description: 'Whom.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    service: Flags.string({ description: "Only on this service's policy." }),
    level: Flags.string({ description: 'Which level; else 1.', helpValue: 'N' }),
    rotation: Flags.string({
      description: 'In this rotation, wherever it is used.',
      exclusive: ['service', 'level'],
    }),
    why: Flags.string({ description: 'A word for the others.', helpValue: 'TEXT' }),
    from: Flags.string({ description: 'From when; else now.', helpValue: 'TIME' }),
    for: Flags.string({ description: 'For how long.', helpValue: '8h', exclusive: ['until'] }),
    until: Flags.string({ description: 'Until when.', helpValue: 'TIME', exclusive: ['for'] }),
    zone: Flags.string({
      description: 'Time zone of these times; else that of the rotation, or of this machine.',
      helpValue: 'Europe/Berlin',
    }),
    quiet: Flags.boolean({ char: 'q', description: 'Tell nobody; else whom it concerns is told.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OncallSet);
    await this.runQuick(quick, [args.person], flags);
  }
}
