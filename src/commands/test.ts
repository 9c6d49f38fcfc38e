import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/test.ts';

export default class Test extends QuickClass {
  static override summary = 'Page a person for real on every channel, and watch what becomes of it.';
  static override description =
    'Ends when every channel has taken or refused its message; on a terminal, or with --wait, when the person has answered. Exits 1 when no channel took it, or with --wait when nobody answered.';
  static override examples = ['relay test ana', 'relay test ana --wait --timeout 10m'];
  static override args = {
    person: Args.string({ description: 'Whom.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    wait: Flags.boolean({ description: 'Wait for the answer also without a terminal.' }),
    timeout: Flags.string({ description: 'How long to wait for the answer; else 5m.', helpValue: '5m' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Test);
    await this.runQuick(quick, [args.person], flags);
  }
}
