import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/heartbeat-resume.ts';

export default class HeartbeatResume extends QuickClass {
  static override summary = 'Expect reports of a paused heartbeat again, from its next one on.';
  static override examples = ['relay heartbeat resume backup'];
  static override args = {
    name: Args.string({ description: 'The heartbeat.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HeartbeatResume);
    await this.runQuick(quick, [args.name], flags);
  }
}
