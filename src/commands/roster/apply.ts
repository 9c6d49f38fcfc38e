/** `relay roster apply FILE`. */
import { Args, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class RosterApply extends QuickClass {
  static override summary = 'Make a roster file the roster: all of it as one version, or nothing.';
  static override description =
    'Shows the plan first and asks. A section that the file leaves out stays as it is; one that is there says all of it. A file made from an older version is refused, with what has changed since.';
  static override examples = [
    'relay roster apply roster.yaml',
    'relay roster apply roster.yaml --yes --json',
  ];
  static override args = {
    file: Args.string({ description: 'The file; - is standard input.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    yes: Flags.boolean({ description: "Don't ask." }),
    'dry-run': Flags.boolean({ description: 'Show the plan and change nothing.' }),
    base: Flags.string({
      description: 'The version it was made from; else what its line "# version: N" says.',
      helpValue: 'N',
    }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RosterApply);
    const [{ applyRoster, wishOf }, { confirmed }] = await Promise.all([
      import('../../cli/roster/apply.ts'),
      import('../../cli/terminal.ts'),
    ]);
    const io = processIo();
    process.exitCode = await applyRoster(await wishOf(args.file, io), flags, io, confirmed);
  }
}
