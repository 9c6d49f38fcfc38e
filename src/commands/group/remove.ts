import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/group-remove.ts';

export default class GroupRemove extends QuickClass {
  static override summary = 'Remove a group that no policy names.';
  static override examples = ['relay group remove dba'];
  static override args = {
    id: Args.string({ description: 'The group.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GroupRemove);
    await this.runQuick(quick, [args.id], flags);
  }
}
