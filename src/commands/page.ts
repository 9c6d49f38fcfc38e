import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/page.ts';

export default class Page extends QuickClass {
  static override summary = 'Page people by hand: what you write reaches them like an alert.';
  static override description =
    'It opens an incident that is theirs first; when none of them answers, the levels of the service are told, and at last the catch-all. A rotation means whoever is on call in it now. Exits 0 once it is accepted, with --wait once somebody has answered, and 1 when nobody does in time.';
  static override examples = [
    'relay page ana "please call me about the migration"',
    'relay page ana ben "db1 makes noises" --service db --severity warning',
    'relay page rotation:ops "who has the key?" --wait --timeout 15m',
  ];
  static override args = {
    words: Args.string({
      description:
        'Whom, as ana, rotation:ops or group:dba, one or more; and last, what they are to be told.',
      required: true,
      multiple: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    service: Flags.string({ description: 'By whose policy it goes on; else the default one.' }),
    severity: Flags.string({
      description: 'critical (unless said otherwise), error, warning, info or unknown.',
    }),
    wait: Flags.boolean({ description: 'Wait until somebody answers.' }),
    timeout: Flags.string({ description: 'With --wait, how long; else 30m.', helpValue: '30m' }),
    request: Flags.string({
      description: 'A name for this page: the same command with the same name pages nobody twice.',
      helpValue: 'NAME',
    }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Page);
    if (args.words.length < 2)
      this.error('Say whom, then what: relay page ana "please call me"', { exit: 2 });
    await this.runQuick(quick, args.words, flags);
  }
}
