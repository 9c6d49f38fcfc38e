import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/rotation-add.ts';

export default class RotationAdd extends QuickClass {
  static override summary = 'Add a rotation: people who take turns.';
  static override description =
    'A policy names it then as a level. Another layer, for nights or weekends: relay rotation edit ops --layer 2 --members dan,eve.';
  static override examples = [
    'relay rotation add ops ana ben cleo --every 1w --at 09:00 --start mon --zone Europe/Berlin',
    'relay rotation add office ana ben --every 1d --during "mon-fri 09:00-17:00"',
  ];
  static override args = {
    id: Args.string({ description: 'Name of the rotation.', required: true, ignoreStdin: true }),
    members: Args.string({
      description: 'Who takes turns, in this order.',
      multiple: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    every: Flags.string({ description: 'Length of a shift: 12h, 1d, 2w, 1mo; else 1w.', helpValue: '1w' }),
    at: Flags.string({ description: 'Local time of the handoff; else 09:00.', helpValue: '09:00' }),
    start: Flags.string({
      description:
        'Day of the first shift: mon (the coming one), today, 2026-11-23; else the last time it was the handoff, so that the first is on call at once.',
      helpValue: 'DAY',
    }),
    zone: Flags.string({
      description: 'Time zone of all its times; else that of this machine.',
      helpValue: 'Europe/Berlin',
    }),
    during: Flags.string({
      description: 'Only in these hours; more than once for several.',
      helpValue: '"mon-fri 09:00-17:00"',
      multiple: true,
      multipleNonGreedy: true,
    }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RotationAdd);
    await this.runQuick(quick, [args.id, ...(args.members ?? [])], flags);
  }
}
