import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/resolve.ts';

export default class Resolve extends QuickClass {
  static override summary = 'Resolve incidents.';
  static override description =
    'Resolving what is resolved says so and is no error. With several numbers each is tried, and --json prints a list.';
  static override examples = ['relay resolve 12', 'relay resolve 12 13 --as ana'];
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
    const { args, flags } = await this.parse(Resolve);
    await this.runQuick(quick, args.numbers, flags);
  }
}
