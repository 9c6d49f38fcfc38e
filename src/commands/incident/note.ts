import { Args, Flags } from '@oclif/core';
import { orderIncident } from '../../cli/incident-order.ts';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class IncidentNote extends QuickClass {
  static override summary = 'Write a line into the timeline of an incident.';
  static override description = 'For whoever reads it after you; nobody is paged.';
  static override examples = ['relay incident note 12 "disk ordered, comes on Monday"'];
  static override args = {
    number: Args.string({ description: "The incident's number.", required: true, ignoreStdin: true }),
    text: Args.string({
      description: 'One line, at most 500 characters.',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentNote);
    process.exitCode = await orderIncident(args.number, 'note', { text: args.text }, flags, processIo());
  }
}
