import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/service-list.ts';

export default class ServiceList extends QuickClass {
  static override summary = 'List the services and their addresses.';
  static override description = 'Keys are only kept hashed: `relay service key NAME` makes another.';
  static override examples = ['relay service list'];

  async run(): Promise<void> {
    const { flags } = await this.parse(ServiceList);
    await this.runQuick(quick, [], flags);
  }
}
