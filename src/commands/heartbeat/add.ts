import { Args } from '@oclif/core';
import { HEARTBEAT_SETTINGS } from '../../cli/heartbeat-flags.ts';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-add.ts';

export default class HeartbeatAdd extends QuickClass {
  static override summary = 'Add a heartbeat, and print where it reports and its key, this once.';
  static override description =
    'A job that reports by itself, and is missed when it does not. Nothing is expected before its first report.';
  static override examples = [
    'relay heartbeat add backup --every 24h --grace 1h --service db',
    'relay heartbeat add backup --every 24h --json',
  ];
  static override args = {
    name: Args.string({ description: 'The heartbeat.', required: true, ignoreStdin: true }),
  };
  static override flags = HEARTBEAT_SETTINGS;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HeartbeatAdd);
    await this.runQuick(quick, [args.name], flags);
  }
}
