import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { SERVICE_SETTINGS } from '../../cli/service-flags.ts';
import { quick } from '../../cli/quick/service-add.ts';

export default class ServiceAdd extends QuickClass {
  static override summary = 'Add a service, and print its addresses and its key, this once.';
  static override examples = [
    'relay service add db --policy ops',
    'relay service add db --policy ops --json',
    'relay service add nightly --auto-resolve 3d',
    'relay service add cluster --group-by cluster,alertname',
  ];
  static override args = {
    name: Args.string({ description: 'The service.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    policy: Flags.string({ description: "Who is paged; else the default service's policy." }),
    ...SERVICE_SETTINGS,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServiceAdd);
    await this.runQuick(quick, [args.name], flags);
  }
}
