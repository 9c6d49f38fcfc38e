import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/ack.ts';

export default class Ack extends QuickClass {
  static override summary = 'Acknowledge incidents: nobody else is paged about them.';
  static override description =
    'Acknowledging what is acknowledged or resolved says so and is no error. With several numbers each is tried, and --json prints a list. --service and --all take what is open and unanswered when they begin: what opens meanwhile is left alone, and so is what somebody has snoozed.';
  static override examples = [
    'relay ack 12',
    'relay ack 12 13 --as ana',
    'relay ack --service db',
    'relay ack --all --yes',
  ];
  static override args = {
    numbers: Args.string({
      description: 'Incident numbers.',
      multiple: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    service: Flags.string({ description: 'Everything open of this service, once you have said yes.' }),
    all: Flags.boolean({ description: 'Everything open, once you have said yes.' }),
    yes: Flags.boolean({ description: 'Without asking.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Ack);
    await this.runQuick(quick, args.numbers ?? [], flags);
  }
}
