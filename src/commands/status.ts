import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/status.ts';

export default class Status extends QuickClass {
  static override summary = 'How the daemon is: channels, backlog, and what is broken with its cure.';
  static override examples = ['relay status', 'relay status --json | jq .problems'];

  async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    await this.runQuick(quick, [], flags);
  }
}
