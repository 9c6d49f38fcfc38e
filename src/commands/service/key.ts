import { Args } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/service-key.ts';

export default class ServiceKey extends QuickClass {
  static override summary = 'Make another routing key for a service, and print it, this once.';
  static override description =
    'The key before stays valid until the next change, so that senders can be changed one by one.';
  static override examples = ['relay service key db'];
  static override args = {
    name: Args.string({ description: 'The service.', required: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServiceKey);
    await this.runQuick(quick, [args.name], flags);
  }
}
