import { Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall-handoff.ts';

export default class OncallHandoff extends QuickClass {
  static override summary = 'Hand over now what is due: tell who comes on call and who goes.';
  static override description =
    'The daemon does so by itself every minute. From cron(8) or a systemd timer it does no harm: each handoff is told once, whoever looks for it, and one that was missed is told late, within a day.';
  static override examples = ['relay oncall handoff', 'relay oncall handoff --quiet'];
  static override flags = {
    quiet: Flags.boolean({ char: 'q', description: 'Say nothing when nothing was handed over.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(OncallHandoff);
    await this.runQuick(quick, [], flags);
  }
}
