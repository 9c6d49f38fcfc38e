import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/oncall-unset.ts';

export default class OncallUnset extends QuickClass {
  static override summary = 'End what "relay oncall set" or a swap began.';
  static override description =
    'All in force now that put this person on call, or that are for a service or a rotation; or one by its id, also one that is still to come.';
  static override examples = [
    'relay oncall unset ben',
    'relay oncall unset --rotation ops',
    'relay oncall unset --list',
  ];
  static override args = {
    what: Args.string({ description: 'Who stands in, or the id of an override.', ignoreStdin: true }),
  };
  static override flags = {
    service: Flags.string({ description: "Only on this service's policy." }),
    rotation: Flags.string({ description: 'Only in this rotation.' }),
    list: Flags.boolean({ description: 'Show who stands in, now and later, with ids.' }),
    quiet: Flags.boolean({ char: 'q', description: 'Tell nobody; else whom it concerns is told.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OncallUnset);
    await this.runQuick(quick, args.what === undefined ? [] : [args.what], flags);
  }
}
