/** `relay incident raw N`. */
import { Args, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class IncidentRaw extends QuickClass {
  static override summary = 'Show the mail or request that an incident came from, as it came.';
  static override description =
    'Byte by byte, but for routing keys; on a terminal what would act on it is shown by its code. Originals are kept for 30 days. With --json also what was read of it, and the original in base64.';
  static override examples = [
    'relay incident raw 12',
    'relay incident raw 12 --list',
    'relay incident raw 12 --event 3 > recovery.eml && relay rules test recovery.eml --explain',
  ];
  static override args = {
    number: Args.string({ description: "The incident's number.", required: true, ignoreStdin: true }),
  };
  static override flags = {
    event: Flags.string({
      description: 'Which of its events, from 1; else the one that opened it.',
      helpValue: 'K',
    }),
    list: Flags.boolean({ description: 'Show which events there are instead.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentRaw);
    const { showRaw } = await import('../../cli/incident-raw.ts');
    process.exitCode = await showRaw(args.number, flags, processIo(), Date.now());
  }
}
