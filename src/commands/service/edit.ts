import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { SERVICE_SETTINGS } from '../../cli/service-flags.ts';
import { quick } from '../../cli/quick/service-edit.ts';

export default class ServiceEdit extends QuickClass {
  static override summary = 'Give a service another policy, or change how its incidents go on.';
  static override examples = [
    'relay service edit db --policy night',
    'relay service edit nightly --auto-resolve 3d',
    'relay service edit nightly --auto-resolve default',
    'relay service edit k8s --group-by cluster,alertname',
    'relay service edit k8s --group-by none',
    'relay service edit uplink --flapping 3/20m/30m',
  ];
  static override args = {
    id: Args.string({ description: 'The service.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    policy: Flags.string({ description: 'The policy that pages for it.' }),
    ...SERVICE_SETTINGS,
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServiceEdit);
    await this.runQuick(quick, [args.id], flags);
  }
}
