import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/rotation-list.ts';

export default class RotationList extends QuickClass {
  static override summary = 'List the rotations and who has them now.';
  static override examples = ['relay rotation list'];

  async run(): Promise<void> {
    const { flags } = await this.parse(RotationList);
    await this.runQuick(quick, [], flags);
  }
}
