import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-pause.ts';

export default class HeartbeatPause extends QuickClass {
  static override summary =
    'Expect nothing of a heartbeat until it is resumed; its incident, if there is one, ends.';
  static override examples = ['relay heartbeat pause backup'];
  static override args = {
    name: Args.string({ description: 'The heartbeat.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HeartbeatPause);
    await this.runQuick(quick, [args.name], flags);
  }
}
