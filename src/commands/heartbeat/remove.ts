import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-remove.ts';

export default class HeartbeatRemove extends QuickClass {
  static override summary = 'Remove a heartbeat; its incident, if there is one, ends.';
  static override examples = ['relay heartbeat remove backup'];
  static override args = {
    name: Args.string({ description: 'The heartbeat.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HeartbeatRemove);
    await this.runQuick(quick, [args.name], flags);
  }
}
