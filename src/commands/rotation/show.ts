import { Args } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/rotation-show.ts';

export default class RotationShow extends QuickClass {
  static override summary = 'A rotation: its layers, who has it now, what uses it.';
  static override examples = ['relay rotation show ops'];
  static override args = {
    id: Args.string({ description: 'The rotation.', required: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RotationShow);
    await this.runQuick(quick, [args.id], flags);
  }
}
