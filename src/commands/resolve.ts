import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/resolve.ts';

export default class Resolve extends QuickClass {
  static override summary = 'Resolve incidents.';
  static override description =
    'Resolving what is resolved says so and is no error. With several numbers each is tried, and --json prints a list. --service and --all take what is open when they begin: what opens meanwhile is left alone.';
  static override examples = [
    'relay resolve 12',
    'relay resolve 12 13 --as ana',
    'relay resolve --service db',
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
    const { args, flags } = await this.parse(Resolve);
    await this.runQuick(quick, args.numbers ?? [], flags);
  }
}
