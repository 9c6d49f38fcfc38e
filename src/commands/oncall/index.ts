import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall.ts';

export default class Oncall extends QuickClass {
  static override summary = 'Who is on call for every service or one, now or at a time, and who is next.';
  static override description =
    'A service that has the name of a command, such as "next", is asked for behind --: relay oncall -- next.';
  static override examples = [
    'relay oncall',
    'relay oncall db --at "fri 18:00"',
    'relay oncall --roster roster.yaml --at 2026-12-24T18:00:00Z --json',
  ];
  static override args = {
    service: Args.string({ description: 'Only this service.', ignoreStdin: true }),
  };
  static override flags = {
    at: Flags.string({ description: 'At this time; else now.', helpValue: 'TIME' }),
    roster: Flags.string({
      description: 'Answer from this roster file alone, without a daemon.',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Oncall);
    await this.runQuick(quick, args.service === undefined ? [] : [args.service], flags);
  }
}
