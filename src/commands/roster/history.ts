/** `relay roster history`. */
import { Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class RosterHistory extends QuickClass {
  static override summary = 'The versions of the roster: when, by whom, what changed.';
  static override examples = ['relay roster history', 'relay roster history --limit 5 --json'];
  static override flags = {
    limit: Flags.integer({ description: 'How many, the newest first.', default: 20, min: 1, max: 500 }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(RosterHistory);
    const { rosterHistory } = await import('../../cli/roster/look.ts');
    process.exitCode = await rosterHistory({ ...flags, limit: String(flags.limit) }, processIo());
  }
}
