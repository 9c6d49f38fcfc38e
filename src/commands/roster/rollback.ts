/** `relay roster rollback VERSION`. */
import { Args, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class RosterRollback extends QuickClass {
  static override summary = 'Make the roster what it was in a former version, as a new version.';
  static override description =
    'Shows the plan first and asks. Overrides that are over by now, and addresses of calendars, stay away.';
  static override examples = ['relay roster history', 'relay roster rollback 12'];
  static override args = {
    version: Args.string({
      description: 'Which; see relay roster history.',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    yes: Flags.boolean({ description: "Don't ask." }),
    'dry-run': Flags.boolean({ description: 'Show the plan and change nothing.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RosterRollback);
    const [{ applyRoster, wishOfVersion }, { confirmed }] = await Promise.all([
      import('../../cli/roster/apply.ts'),
      import('../../cli/terminal.ts'),
    ]);
    process.exitCode = await applyRoster(wishOfVersion(args.version), flags, processIo(), confirmed);
  }
}
