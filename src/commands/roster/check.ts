/** `relay roster check FILE`. */
import { Args, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class RosterCheck extends QuickClass {
  static override summary = 'Whether a roster file is right, without a daemon: for a repository and its CI.';
  static override description =
    'Tells every problem with its line and column and exits with 1. Warnings are told too: a level that can reach nobody in the next four weeks, a gap, a person without a working contact.';
  static override examples = ['relay roster check roster.yaml', 'relay roster check roster.yaml --strict'];
  static override args = {
    file: Args.string({ description: 'The file; - is standard input.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    strict: Flags.boolean({ description: 'Exit with 1 for warnings too.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RosterCheck);
    const { checkRoster } = await import('../../cli/roster/from-file.ts');
    process.exitCode = await checkRoster(args.file, flags, processIo(), Date.now());
  }
}
