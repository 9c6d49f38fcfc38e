import { Args, Flags } from '@oclif/core';
import { orderIncident, snoozeUntil } from '../../cli/incident-order.ts';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class IncidentSnooze extends QuickClass {
  static override summary = 'Put an incident off for a time: nobody is told before.';
  static override description =
    'It counts as an answer. At its end whoever had the incident is paged again, unless it is resolved; acknowledging or escalating it ends the snooze.';
  static override examples = [
    'relay incident snooze 12 2h',
    'relay incident snooze 12 until 18:00',
    'relay incident snooze 12 until mon 09:00',
  ];
  static override args = {
    number: Args.string({ description: "The incident's number.", required: true, ignoreStdin: true }),
    time: Args.string({
      description: 'How long, or until when: 2h, until 18:00, until mon 09:00.',
      required: true,
      multiple: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentSnooze);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const body = { untilMs: snoozeUntil(args.time, Date.now(), zone), zone };
    process.exitCode = await orderIncident(args.number, 'snooze', body, flags, processIo());
  }
}
