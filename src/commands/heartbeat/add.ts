import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-add.ts';

export default class HeartbeatAdd extends QuickClass {
  static override summary = 'Add a heartbeat, and print where it reports and its key, this once.';
  static override description =
    'A job that reports by itself, and is missed when it does not. Nothing is expected before its first report.';
  static override examples = [
    'relay heartbeat add backup --every 24h --grace 1h --service db',
    'relay heartbeat add backup --every 24h --json',
  ];
  static override args = {
    name: Args.string({ description: 'The heartbeat.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    every: Flags.string({ description: 'From one report to the next, such as 24h.' }),
    grace: Flags.string({
      description: 'How much later one may come, and how long a job that said it starts may take.',
    }),
    service: Flags.string({ description: 'Whose incident it becomes; else the default service.' }),
    severity: Flags.string({ description: 'critical, error, warning, info or unknown; else error.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HeartbeatAdd);
    await this.runQuick(quick, [args.name], flags);
  }
}
