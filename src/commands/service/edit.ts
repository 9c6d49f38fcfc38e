import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/service-edit.ts';

export default class ServiceEdit extends QuickClass {
  static override summary = 'Give a service another policy.';
  static override examples = ['relay service edit db --policy night'];
  static override args = {
    id: Args.string({ description: 'The service.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    policy: Flags.string({ description: 'The policy that pages for it.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServiceEdit);
    await this.runQuick(quick, [args.id], flags);
  }
}
