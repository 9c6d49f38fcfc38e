import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { remove } from '../../cli/quick/maintenance-end.ts';

export default class MaintenanceRemove extends QuickClass {
  static override summary = 'Remove a maintenance window; what waits for it pages.';
  static override examples = ['relay maintenance remove db1'];
  static override args = {
    name: Args.string({ description: 'The window.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(MaintenanceRemove);
    await this.runQuick(remove, [args.name], flags);
  }
}
