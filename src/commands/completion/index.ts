import { Args, Command } from '@oclif/core';
import { completionScript, SHELLS } from '../../cli/completion/scripts.ts';
import type { Shell } from '../../cli/completion/scripts.ts';

export default class Completion extends Command {
  static override summary = 'Print what makes a shell complete commands, flags and names.';
  static override description =
    'Names of people, services, rotations, policies and groups, and numbers of open incidents are asked of the daemon at each Tab; when it is away there are none.';
  static override examples = [
    'source <(relay completion bash)',
    'relay completion zsh > ~/.zsh/completions/_relay',
    'relay completion fish > ~/.config/fish/completions/relay.fish',
  ];
  static override args = {
    shell: Args.string({
      description: 'Which shell.',
      required: true,
      options: [...SHELLS],
      ignoreStdin: true,
    }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    // Of the three that `options` lets through.
    process.stdout.write(completionScript(args.shell as Shell));
  }
}
