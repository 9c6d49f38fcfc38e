import { Args } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/service-show.ts';

export default class ServiceShow extends QuickClass {
  static override summary = 'A service: its addresses, and who is on call for it.';
  static override examples = ['relay service show db'];
  static override args = {
    id: Args.string({ description: 'The service.', required: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServiceShow);
    await this.runQuick(quick, [args.id], flags);
  }
}
