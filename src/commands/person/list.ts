import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/person-list.ts';

export default class PersonList extends QuickClass {
  static override summary = 'List everybody who can be paged, and how.';
  static override examples = ['relay person list'];

  async run(): Promise<void> {
    const { flags } = await this.parse(PersonList);
    await this.runQuick(quick, [], flags);
  }
}
