import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/service-remove.ts';

export default class ServiceRemove extends QuickClass {
  static override summary = 'Remove a service; what still comes for it goes to the default one.';
  static override examples = ['relay service remove db'];
  static override args = {
    id: Args.string({ description: 'The service.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServiceRemove);
    await this.runQuick(quick, [args.id], flags);
  }
}
