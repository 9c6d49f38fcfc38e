import { Args, Flags } from '@oclif/core';
import { addPolicy } from '../../cli/add-policy.ts';
import { pairLevels } from '../../cli/level-pairs.ts';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class PolicyAdd extends QuickClass {
  static override summary = 'Add an escalation policy: who is told, and who next when nobody answers.';
  static override description =
    'Each --level takes one or more people, separated by commas; the --after behind it is how long they have, 5m if it is not given. After the last level everything is repeated, and then the catch-all is told.';
  static override examples = [
    'relay policy add ops --level ana --after 5m --level ben --repeat 3',
    'relay policy add db --level ana,ben --after 2m --level carol',
  ];
  static override args = {
    name: Args.string({ description: 'The policy.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    level: Flags.string({
      description: 'The people of the next level.',
      helpValue: 'PERSON[,PERSON]',
      required: true,
      multiple: true,
      multipleNonGreedy: true,
    }),
    after: Flags.string({
      description: 'How long the level before it has.',
      helpValue: '5m',
      multiple: true,
      multipleNonGreedy: true,
    }),
    repeat: Flags.integer({
      description: 'How often the levels are told again.',
      default: 3,
      min: 0,
      max: 100,
    }),
  };

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(PolicyAdd);
    const levels = pairLevels(raw.filter((token) => token.type === 'flag'));
    const policy = { name: args.name, levels, repeat: flags.repeat };
    process.exitCode = await addPolicy(policy, { json: flags.json, config: flags.config }, processIo());
  }
}
