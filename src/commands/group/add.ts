import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/group-add.ts';

export default class GroupAdd extends QuickClass {
  static override summary = 'Add a group: people who are told together.';
  static override examples = ['relay group add dba ana ben'];
  static override args = {
    id: Args.string({ description: 'Name of the group.', required: true, ignoreStdin: true }),
    people: Args.string({ description: 'Who is in it.', required: true, multiple: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GroupAdd);
    await this.runQuick(quick, [args.id, ...args.people], flags);
  }
}
