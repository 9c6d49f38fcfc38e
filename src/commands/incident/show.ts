import { Args } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/incident-show.ts';

export default class IncidentShow extends QuickClass {
  static override summary = 'Show one incident: every decision with its reason, and every message.';
  static override examples = ['relay incident show 12', 'relay incident show 12 --json'];
  static override args = {
    number: Args.string({ description: "The incident's number.", required: true, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentShow);
    await this.runQuick(quick, [args.number], flags);
  }
}
