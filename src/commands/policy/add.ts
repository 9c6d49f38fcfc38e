import { Args, Flags } from '@oclif/core';
import { addPolicy } from '../../cli/policy-edit.ts';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class PolicyAdd extends QuickClass {
  static override summary = 'Add an escalation policy: who is told, and who next when nobody answers.';
  static override description =
    'Each --level takes people, rotations and groups, separated by commas; rotation:ops or group:dba where a name is of several. The --after behind it is how long they have (else 5m), --severities which incidents it is for. After the last level everything is repeated, and then the catch-all is told.\n\nThe first --rule that applies decides: "WHEN: wait" has nobody told until no rule says so any more, "WHEN: policy NAME" goes by another policy. WHEN is severities, "during" and "outside" with hours.';
  static override examples = [
    'relay policy add ops --level ana --after 5m --level ben --repeat 3',
    'relay policy add db --level rotation:ops --after 10m --level group:dba --severities critical,error --level ana',
    'relay policy add web --level ops --rule "info,warning outside mon-fri 08:00-18:00: wait" --rule "during 22:00-06:00: policy night" --zone Europe/Berlin',
    'relay policy add mail --level ops --ack-timeout 4h --handover',
  ];
  static override args = {
    name: Args.string({ description: 'The policy.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    level: Flags.string({
      description: 'Who is told at the next level.',
      helpValue: 'NAME[,NAME]',
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
    severities: Flags.string({
      description: 'Only for these: the level before it. Others pass over it at once.',
      helpValue: 'critical,error',
      multiple: true,
      multipleNonGreedy: true,
    }),
    repeat: Flags.integer({
      description: 'How often the levels are told again.',
      default: 3,
      min: 0,
      max: 100,
    }),
    rule: Flags.string({
      description: 'What is otherwise for some severities or at some times.',
      helpValue: '"WHEN: wait"',
      multiple: true,
      multipleNonGreedy: true,
    }),
    zone: Flags.string({
      description: 'Time zone of the hours in its rules; else that of this machine.',
      helpValue: 'Europe/Berlin',
    }),
    'ack-timeout': Flags.string({
      description: 'Acknowledged and not resolved for so long: told again.',
      helpValue: '4h',
    }),
    handover: Flags.boolean({ description: 'At a handoff, open incidents go to whoever comes on call.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags, raw } = await this.parse(PolicyAdd);
    const tokens = raw.filter((token) => token.type === 'flag');
    const { json, config, as } = flags;
    process.exitCode = await addPolicy(args.name, flags, tokens, { json, config, as }, processIo());
  }
}
