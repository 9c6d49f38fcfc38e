import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/maintenance-end.ts';

export default class MaintenanceEnd extends QuickClass {
  static override summary =
    'End a maintenance window now: what is open pages. One that comes again does so next time.';
  static override examples = ['relay maintenance end db1'];
  static override args = {
    name: Args.string({ description: 'The window.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(MaintenanceEnd);
    await this.runQuick(quick, [args.name], flags);
  }
}
