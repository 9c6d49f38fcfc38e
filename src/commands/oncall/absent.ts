import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall-absent.ts';

export default class OncallAbsent extends QuickClass {
  static override summary =
    'Mark a person absent, by hand or from a calendar; the next member of a rotation takes over.';
  static override description =
    'Without a person, or with --list, it shows who is away. --ics takes the events of an iCalendar file once; of an https address now and again every hour. Times are 18:00, "fri 18:00", 2h (from now) or ISO 8601; durations are 30m, 8h, 2d.';
  static override examples = [
    'relay oncall absent ana --from "2026-12-21 00:00" --for 2w --why holiday',
    'relay oncall absent ana --ics https://calendar.example.com/ana.ics',
    'relay oncall absent ana --remove all',
  ];
  static override args = {
    person: Args.string({ description: 'Who is away.', ignoreStdin: true }),
  };
  static override flags = {
    from: Flags.string({ description: 'From when; else now.', helpValue: 'TIME' }),
    for: Flags.string({ description: 'For how long.', helpValue: '2w', exclusive: ['until'] }),
    until: Flags.string({ description: 'Until when.', helpValue: 'TIME', exclusive: ['for'] }),
    why: Flags.string({ description: 'A word for the others; else "away".', helpValue: 'TEXT' }),
    ics: Flags.string({
      description: 'A calendar of absences.',
      helpValue: 'FILE|URL',
      exclusive: ['from', 'for', 'until', 'why'],
    }),
    remove: Flags.string({
      description: 'Take back an absence or a calendar by its id, or "all" that were made by hand.',
      helpValue: 'ID',
      exclusive: ['from', 'for', 'until', 'why', 'ics'],
    }),
    list: Flags.boolean({ description: 'Show who is away.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OncallAbsent);
    await this.runQuick(quick, args.person === undefined ? [] : [args.person], flags);
  }
}
