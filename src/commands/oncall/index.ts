import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall.ts';

export default class Oncall extends QuickClass {
  static override summary = 'Who is on call for every service, and who is next.';
  static override examples = ['relay oncall', 'relay oncall --json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(Oncall);
    await this.runQuick(quick, [], flags);
  }
}
