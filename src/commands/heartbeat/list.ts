import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-list.ts';

export default class HeartbeatList extends QuickClass {
  static override summary = 'List the heartbeats, how each is, and when it is due.';
  static override examples = ['relay heartbeat list', 'relay heartbeat list --json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(HeartbeatList);
    await this.runQuick(quick, [], flags);
  }
}
