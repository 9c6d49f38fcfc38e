import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-key.ts';

export default class HeartbeatKey extends QuickClass {
  static override summary =
    'Make another key for a heartbeat; the one before stays valid until the next change.';
  static override examples = ['relay heartbeat key backup'];
  static override args = {
    name: Args.string({ description: 'The heartbeat.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HeartbeatKey);
    await this.runQuick(quick, [args.name], flags);
  }
}
