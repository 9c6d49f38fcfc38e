import { Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/messages.ts';

export default class Messages extends QuickClass {
  static override summary = 'List what was sent to people, each message with its whole life.';
  static override description =
    'The newest first: when it was claimed, whether its provider took it, whether it arrived or why not.';
  static override examples = [
    'relay messages',
    'relay messages --person ana --limit 50',
    'relay messages --incident 12 --json',
  ];
  static override flags = {
    person: Flags.string({ description: 'Only to this person; else to everybody in the roster.' }),
    incident: Flags.string({ description: 'Only what told of this incident.', helpValue: 'N' }),
    limit: Flags.string({ description: 'At most so many; at most 500.', default: '20', helpValue: 'N' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Messages);
    await this.runQuick(quick, [], flags);
  }
}
