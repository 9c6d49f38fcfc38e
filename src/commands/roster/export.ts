/** `relay roster export`. */
import { Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class RosterExport extends QuickClass {
  static override summary = 'Print the roster as a YAML file.';
  static override description =
    'While a file was applied last, it is printed as it was; where commands have changed the roster since, only there. Comments that could not be kept are told on standard error.';
  static override examples = ['relay roster export > roster.yaml'];
  static override flags = {
    full: Flags.boolean({ description: 'Also what the file that was applied last leaves out.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(RosterExport);
    const { exportRoster } = await import('../../cli/roster/look.ts');
    process.exitCode = await exportRoster(flags, processIo());
  }
}
