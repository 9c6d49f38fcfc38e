import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/group-edit.ts';

export default class GroupEdit extends QuickClass {
  static override summary = 'Change who is in a group.';
  static override examples = ['relay group edit dba --add cleo --remove ana'];
  static override args = {
    id: Args.string({ description: 'The group.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    people: Flags.string({
      description: 'All of them.',
      helpValue: 'PERSON[,PERSON]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    add: Flags.string({
      description: 'Who joins.',
      helpValue: 'PERSON[,PERSON]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    remove: Flags.string({
      description: 'Who leaves.',
      helpValue: 'PERSON[,PERSON]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GroupEdit);
    await this.runQuick(quick, [args.id], flags);
  }
}
