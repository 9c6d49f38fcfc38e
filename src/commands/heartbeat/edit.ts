import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-edit.ts';

export default class HeartbeatEdit extends QuickClass {
  static override summary = 'Change how often a heartbeat reports, or whose incident it becomes.';
  static override examples = [
    'relay heartbeat edit backup --every 12h',
    'relay heartbeat edit backup --service db --severity critical',
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
    const { args, flags } = await this.parse(HeartbeatEdit);
    await this.runQuick(quick, [args.name], flags);
  }
}
