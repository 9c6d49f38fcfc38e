import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/group-list.ts';

export default class GroupList extends QuickClass {
  static override summary = 'List the groups.';
  static override examples = ['relay group list'];

  async run(): Promise<void> {
    const { flags } = await this.parse(GroupList);
    await this.runQuick(quick, [], flags);
  }
}
