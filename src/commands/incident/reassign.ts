import { Args, Flags } from '@oclif/core';
import { orderIncident, reassignedTo } from '../../cli/incident-order.ts';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class IncidentReassign extends QuickClass {
  static override summary = 'Give an incident to a person, or to another policy: they are paged at once.';
  static override description =
    'Those told before are told no more. When the person does not answer, it goes on up the levels.';
  static override examples = [
    'relay incident reassign 12 ben',
    'relay incident reassign 12 --policy network',
  ];
  static override args = {
    number: Args.string({ description: "The incident's number.", required: true, ignoreStdin: true }),
    person: Args.string({ description: 'Who is to have it.', ignoreStdin: true }),
  };
  static override flags = {
    policy: Flags.string({ description: 'The policy that is to page for it.', helpValue: 'POLICY' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(IncidentReassign);
    const body = reassignedTo(args.number, args.person, flags.policy);
    process.exitCode = await orderIncident(args.number, 'reassign', body, flags, processIo());
  }
}
