import { Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/tail.ts';

export default class Tail extends QuickClass {
  static override summary = 'Follow what happens, as it happens.';
  static override description =
    'Of several hosts, what the one that answers here commits. `relay incident show` has it all.';
  static override examples = ['relay tail', 'relay tail --incident 12', 'relay tail --json | jq .text'];
  static override flags = {
    incident: Flags.string({ description: 'Only this one, with what is remembered of it.', helpValue: 'N' }),
    person: Flags.string({ description: 'Only what concerns this person.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Tail);
    await this.runQuick(quick, [], flags);
  }
}
