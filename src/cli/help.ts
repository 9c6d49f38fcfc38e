/** oclif's help with usage lines of our own: oclif's merge flags that need or exclude others until nobody can read them. */
import { CommandHelp, Help } from '@oclif/core';
import { usageLine } from './usage-line.ts';

class ReadableHelp extends CommandHelp {
  protected override defaultUsage(): string {
    const { args, flags, id, strict } = this.command;
    const line = usageLine(Object.values(args), Object.values(flags), strict === false);
    return `${id} ${line}`.trim();
  }
}

/** Named in with-oclif.ts; oclif loads it when somebody wants help. */
export default class RelayHelp extends Help {
  protected override CommandHelpClass = ReadableHelp;
}
