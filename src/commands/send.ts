import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/send.ts';

export default class Send extends QuickClass {
  static override summary = 'Send an alert by hand.';
  static override description =
    'The first line is the summary. Without --key the dedup key is the summary without what changes between repeats (numbers, times). Where no daemon answers here it goes to the other hosts, then to what /etc/relay/send.yaml names (see docs/sending.md), and is kept on this machine when nobody takes it: the exit code is 3 then.';
  static override examples = [
    'relay send "disk full on db1" --service db --severity critical',
    'relay send "disk full on db1" --service db --resolve',
  ];
  static override args = {
    text: Args.string({ description: 'What is wrong.', ignoreStdin: true }),
  };
  static override flags = {
    service: Flags.string({ description: 'Which service; else the default one.' }),
    severity: Flags.string({ description: 'critical, error, warning, info or unknown.' }),
    key: Flags.string({ description: 'The dedup key: alerts with the same one are one incident.' }),
    resolve: Flags.boolean({ description: 'The problem is over.' }),
    kept: Flags.boolean({
      description: 'Send what earlier commands kept on this machine because nobody took it.',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Send);
    await this.runQuick(quick, args.text === undefined ? [] : [args.text], flags);
  }
}
