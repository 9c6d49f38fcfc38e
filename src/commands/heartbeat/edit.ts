import { Args } from '@oclif/core';
import { HEARTBEAT_SETTINGS } from '../../cli/heartbeat-flags.ts';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-edit.ts';

export default class HeartbeatEdit extends QuickClass {
  static override summary = 'Change how often a heartbeat reports, or whose incident it becomes.';
  static override examples = [
    'relay heartbeat edit backup --every 12h',
    'relay heartbeat edit backup --service db --severity critical',
  ];
  static override args = {
    name: Args.string({ description: 'The heartbeat.', required: true, ignoreStdin: true }),
  };
  static override flags = HEARTBEAT_SETTINGS;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HeartbeatEdit);
    await this.runQuick(quick, [args.name], flags);
  }
}
