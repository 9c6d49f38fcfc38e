import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/ack.ts';

export default class Ack extends QuickClass {
  static override summary = 'Acknowledge incidents: nobody else is paged about them.';
  static override description =
    'Acknowledging what is acknowledged or resolved says so and is no error. With several numbers each is tried, and --json prints a list.';
  static override examples = ['relay ack 12', 'relay ack 12 13 --as ana'];
  static override args = {
    numbers: Args.string({
      description: 'Incident numbers.',
      required: true,
      multiple: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Ack);
    await this.runQuick(quick, args.numbers, flags);
  }
}
