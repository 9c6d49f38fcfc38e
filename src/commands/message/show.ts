import { Args } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/message-show.ts';

export default class MessageShow extends QuickClass {
  static override summary = 'Show one message: its text, what it told of, and what became of it.';
  static override examples = ['relay message show ana.47', 'relay message show ana.47 --json'];
  static override args = {
    id: Args.string({
      description: 'As `relay messages` shows it: the person, a dot, the code.',
      required: true,
      ignoreStdin: true,
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(MessageShow);
    await this.runQuick(quick, [args.id], flags);
  }
}
