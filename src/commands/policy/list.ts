import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/policy-list.ts';

export default class PolicyList extends QuickClass {
  static override summary = 'List the escalation policies.';
  static override examples = ['relay policy list'];

  async run(): Promise<void> {
    const { flags } = await this.parse(PolicyList);
    await this.runQuick(quick, [], flags);
  }
}
