import { Args, Flags } from '@oclif/core';
import { SHELLS } from '../../cli/completion/scripts.ts';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/completion-words.ts';

export default class CompletionWords extends QuickClass {
  static override hidden = true;
  static override summary = 'What could stand at the cursor of a command line, for shells.';
  static override examples = ['relay completion words --shell bash -- 2 relay ack ""'];
  static override args = {
    at: Args.string({ description: 'Which word has the cursor, from 0.', required: true, ignoreStdin: true }),
    words: Args.string({ description: 'The line.', multiple: true, ignoreStdin: true }),
  };
  static override flags = {
    shell: Flags.string({ description: 'Who asks; else bash.', options: [...SHELLS] }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CompletionWords);
    await this.runQuick(quick, [args.at, ...(args.words ?? [])], flags);
  }
}
