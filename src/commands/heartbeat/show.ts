import { Args } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-show.ts';

export default class HeartbeatShow extends QuickClass {
  static override summary = 'Show how a heartbeat is, and what came of it.';
  static override examples = ['relay heartbeat show backup', 'relay heartbeat show backup --json'];
  static override args = {
    name: Args.string({ description: 'The heartbeat.', required: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HeartbeatShow);
    await this.runQuick(quick, [args.name], flags);
  }
}
