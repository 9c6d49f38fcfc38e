import { Args, Flags } from '@oclif/core';
import { editPolicy } from '../../cli/policy-edit.ts';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class PolicyEdit extends QuickClass {
  static override summary = 'Change an escalation policy; it prints who is told differently.';
  static override description =
    'What is given changes, the rest stays. --level says all levels anew; one of them changes by --change-level, --add-level or --remove-level. Rules are written as for "relay policy add".';
  static override examples = [
    'relay policy edit ops --change-level 2 --add ben --remove ana --after 10m',
    'relay policy edit ops --add-level group:dba --severities critical --before 2',
    'relay policy edit ops --level rotation:ops --after 5m --level ana',
    'relay policy edit ops --add-rule "info outside mon-fri 08:00-18:00: wait" --zone Europe/Berlin',
    'relay policy edit ops --ack-timeout 4h --handover',
  ];
  static override args = {
    name: Args.string({ description: 'The policy.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    level: Flags.string({
      description: 'All levels anew, each with the --after and --severities behind it.',
      helpValue: 'NAME[,NAME]',
      multiple: true,
      multipleNonGreedy: true,
      exclusive: ['change-level', 'add-level', 'remove-level'],
    }),
    'change-level': Flags.integer({
      description: 'This level, from 1, with --add, --remove, --after or --severities.',
      helpValue: 'N',
      min: 1,
      exclusive: ['add-level', 'remove-level'],
    }),
    add: Flags.string({
      description: 'Who is told at it too.',
      helpValue: 'NAME[,NAME]',
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['change-level'],
    }),
    remove: Flags.string({
      description: 'Who is not told at it any more.',
      helpValue: 'NAME[,NAME]',
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['change-level'],
    }),
    'add-level': Flags.string({
      description: 'A new level, at the end or --before another.',
      helpValue: 'NAME[,NAME]',
      exclusive: ['remove-level'],
    }),
    before: Flags.integer({
      description: 'In front of this level.',
      helpValue: 'N',
      min: 1,
      dependsOn: ['add-level'],
    }),
    'remove-level': Flags.integer({
      description: 'Take this level away; those after it move up.',
      helpValue: 'N',
      min: 1,
    }),
    after: Flags.string({
      description: 'How long the level has before the next.',
      helpValue: '5m',
      multiple: true,
      multipleNonGreedy: true,
    }),
    severities: Flags.string({
      description: 'Only for these; all for all again.',
      helpValue: 'critical,error',
      multiple: true,
      multipleNonGreedy: true,
    }),
    repeat: Flags.integer({ description: 'How often the levels are told again.', min: 0, max: 100 }),
    rule: Flags.string({
      description: 'All rules anew.',
      helpValue: '"WHEN: wait"',
      multiple: true,
      multipleNonGreedy: true,
      exclusive: ['add-rule', 'remove-rule', 'no-rules'],
    }),
    'add-rule': Flags.string({ description: 'One more, at the end.', helpValue: '"WHEN: wait"' }),
    'remove-rule': Flags.integer({
      description: 'Take this rule away.',
      helpValue: 'N',
      min: 1,
    }),
    'no-rules': Flags.boolean({
      description: 'Take all rules away.',
      exclusive: ['add-rule', 'remove-rule'],
    }),
    zone: Flags.string({
      description:
        'Time zone of the hours in its rules; else that of this machine when it has none yet. none for none.',
      helpValue: 'Europe/Berlin',
    }),
    'ack-timeout': Flags.string({
      description: 'Acknowledged and not resolved for so long: told again; none for never.',
      helpValue: '4h',
    }),
    handover: Flags.boolean({
      description: 'At a handoff, open incidents go to whoever comes on call.',
      allowNo: true,
    }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(PolicyEdit);
    const tokens = raw.filter((token) => token.type === 'flag');
    const { json, config, as } = flags;
    process.exitCode = await editPolicy(args.name, flags, tokens, { json, config, as }, processIo());
  }
}
