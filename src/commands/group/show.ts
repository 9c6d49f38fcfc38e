import { Args } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/group-show.ts';

export default class GroupShow extends QuickClass {
  static override summary = 'A group: who is in it, and what uses it.';
  static override examples = ['relay group show dba'];
  static override args = {
    id: Args.string({ description: 'The group.', required: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GroupShow);
    await this.runQuick(quick, [args.id], flags);
  }
}
