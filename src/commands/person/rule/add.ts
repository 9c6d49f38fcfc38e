import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../../cli/quick-class.ts';
import { quick } from '../../../cli/quick/person-rule-add.ts';

export default class PersonRuleAdd extends QuickClass {
  static override summary = 'Say how somebody is told of some incidents: by what at once, and by what later.';
  static override description =
    'The first rule that applies decides; without one, every contact is used at once. What no step of it names is not used. Later steps come only while nobody has acknowledged. Channels are sms, voice, email and push.';
  static override examples = [
    'relay person rule add ana --severity critical --now sms,email --after 5m=voice',
    'relay person rule add ana --during "mon-fri 08:00-18:00" --now email --after 10m=sms --after 20m=voice',
    'relay person rule add ana --severity info,warning --now email --before 1',
  ];
  static override args = {
    id: Args.string({ description: 'The person.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    severity: Flags.string({
      description: 'For these only; else for all.',
      helpValue: 'critical,error',
      aliases: ['severities'],
      multiple: true,
      multipleNonGreedy: true,
    }),
    now: Flags.string({
      description: 'What is used at once.',
      helpValue: 'sms,email',
      required: true,
      multiple: true,
      multipleNonGreedy: true,
    }),
    after: Flags.string({
      description: 'What is used later, and how much later.',
      helpValue: '5m=voice',
      multiple: true,
      multipleNonGreedy: true,
    }),
    during: Flags.string({ description: 'Only within these hours.', helpValue: '"mon-fri 08:00-18:00"' }),
    outside: Flags.string({ description: 'Only outside of all these hours.', helpValue: '"22:00-07:00"' }),
    before: Flags.string({ description: 'In front of this rule; else at the end.', helpValue: 'N' }),
    zone: Flags.string({
      description: 'Time zone of the hours; else that of the person, or of this machine when they have none.',
      helpValue: 'Europe/Berlin',
    }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PersonRuleAdd);
    await this.runQuick(quick, [args.id], flags);
  }
}
