import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/maintenance-list.ts';

export default class MaintenanceList extends QuickClass {
  static override summary = 'Show the maintenance windows that are in force or to come.';
  static override examples = ['relay maintenance list', 'relay maintenance list --json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(MaintenanceList);
    await this.runQuick(quick, [], flags);
  }
}
