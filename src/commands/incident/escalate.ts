import { Args, Flags } from '@oclif/core';
import { orderIncident } from '../../cli/incident-order.ts';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class IncidentEscalate extends QuickClass {
  static override summary = 'Page the next level about an incident now.';
  static override description =
    'Also of an incident that is acknowledged, snoozed, or waiting for the morning.';
  static override examples = ['relay incident escalate 12'];
  static override args = {
    number: Args.string({ description: "The incident's number.", required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentEscalate);
    process.exitCode = await orderIncident(args.number, 'escalate', {}, flags, processIo());
  }
}
