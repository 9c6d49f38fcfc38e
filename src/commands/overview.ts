import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/overview.ts';

export default class Overview extends QuickClass {
  static override summary = 'Open incidents, who is on call, and what is broken.';
  static override description = 'The same as `relay` alone.';
  static override examples = ['relay', 'relay overview --json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(Overview);
    await this.runQuick(quick, [], flags);
  }
}
