import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/rotation-edit.ts';

export default class RotationEdit extends QuickClass {
  static override summary = 'Change a rotation; those who join or leave move nobody else.';
  static override description =
    'What is given changes, the rest stays; it prints who is on call differently by it. Where several layers cover a time, the last of them answers.';
  static override examples = [
    'relay rotation edit ops --add dan --after ben --remove ana',
    'relay rotation edit ops --every 2w --at 10:00',
    'relay rotation edit ops --layer 2 --members dan,eve --every 12h --during "mon-fri 18:00-09:00"',
  ];
  static override args = {
    id: Args.string({ description: 'The rotation.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    layer: Flags.string({
      description: 'Which layer; one more than there are makes a new one.',
      helpValue: 'N',
    }),
    members: Flags.string({
      description: 'All members, in their order.',
      helpValue: 'PERSON[,PERSON]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    add: Flags.string({
      description: 'Who joins, at the end of the round or after --after.',
      helpValue: 'PERSON[,PERSON]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    after: Flags.string({ description: 'After whose next turn they join.', helpValue: 'PERSON' }),
    remove: Flags.string({
      description: 'Who leaves.',
      helpValue: 'PERSON[,PERSON]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    every: Flags.string({ description: 'Length of a shift: 12h, 1d, 2w, 1mo.', helpValue: '1w' }),
    at: Flags.string({ description: 'Local time of the handoff.', helpValue: '09:00' }),
    start: Flags.string({
      description: 'Day of the first shift: mon (the coming one), today, 2026-11-23.',
      helpValue: 'DAY',
    }),
    zone: Flags.string({ description: 'Time zone of all its times.', helpValue: 'Europe/Berlin' }),
    during: Flags.string({
      description: 'Only in these hours; more than once for several.',
      helpValue: '"mon-fri 09:00-17:00"',
      multiple: true,
      multipleNonGreedy: true,
    }),
    always: Flags.boolean({ description: 'At all hours again.', exclusive: ['during'] }),
    'remove-layer': Flags.boolean({ description: 'Take the layer away.', dependsOn: ['layer'] }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RotationEdit);
    await this.runQuick(quick, [args.id], flags);
  }
}
