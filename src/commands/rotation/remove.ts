import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/rotation-remove.ts';

export default class RotationRemove extends QuickClass {
  static override summary = 'Remove a rotation that no policy names.';
  static override examples = ['relay rotation remove ops'];
  static override args = {
    id: Args.string({ description: 'The rotation.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RotationRemove);
    await this.runQuick(quick, [args.id], flags);
  }
}
