import { Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/incidents.ts';

export default class Incidents extends QuickClass {
  static override summary = 'List the open incidents.';
  static override examples = ['relay incidents', 'relay incidents --all --json'];
  static override flags = {
    all: Flags.boolean({ description: 'Resolved ones too.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Incidents);
    await this.runQuick(quick, [], flags);
  }
}
