/** `relay roster schema`. */
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class RosterSchema extends QuickClass {
  static override summary = 'Print the JSON Schema of roster files, by which editors complete them.';
  static override examples = ['relay roster schema > roster.schema.json'];

  async run(): Promise<void> {
    await this.parse(RosterSchema);
    const { schemaText } = await import('../../relay/roster-file/offline.ts');
    processIo().out(schemaText());
  }
}
