/** `relay roster diff FILE`. */
import { Args, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class RosterDiff extends QuickClass {
  static override summary =
    'What a roster file would change: its lines, and who would be on call differently.';
  static override examples = ['relay roster diff roster.yaml'];
  static override args = {
    file: Args.string({ description: 'The file; - is standard input.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    base: Flags.string({
      description: 'The version it was made from; else what its line "# version: N" says.',
      helpValue: 'N',
    }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RosterDiff);
    const { diffRoster, wishOf } = await import('../../cli/roster/apply.ts');
    const io = processIo();
    process.exitCode = await diffRoster(await wishOf(args.file, io), flags, io);
  }
}
