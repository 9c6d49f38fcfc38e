import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall-calendar.ts';

export default class OncallCalendar extends QuickClass {
  static override summary = 'A month of who is on call, drawn: shifts, handoffs, gaps.';
  static override description =
    'Days go by the clock of the rotation. Without a name all rotations are drawn, or all services where there is none. In colours on a terminal, and with names and lines elsewhere.';
  static override examples = [
    'relay oncall calendar ops',
    'relay oncall calendar ops --month 2026-12',
    'relay oncall calendar db --weeks 2 --at 2026-12-01',
    'relay oncall calendar ops --roster roster.yaml --month next',
  ];
  static override args = {
    name: Args.string({ description: 'A rotation or a service.', ignoreStdin: true }),
  };
  static override flags = {
    month: Flags.string({
      description: 'This month: 2026-12, dec (the coming one), next; else the present one.',
      helpValue: 'MONTH',
      exclusive: ['weeks'],
    }),
    weeks: Flags.string({ description: 'So many weeks in place of a month.', helpValue: 'N' }),
    at: Flags.string({
      description:
        'The month or weeks around this time; by the roster that was in force then, where it is over.',
      helpValue: 'TIME',
    }),
    roster: Flags.string({
      description: 'Answer from this roster file alone, without a daemon.',
      helpValue: 'FILE',
    }),
    zone: Flags.string({
      description: 'By the days of this time zone; else of that of the rotation.',
      helpValue: 'Europe/Berlin',
    }),
    service: Flags.boolean({ description: 'The name is of a service, also where a rotation has it too.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OncallCalendar);
    await this.runQuick(quick, args.name === undefined ? [] : [args.name], flags);
  }
}
