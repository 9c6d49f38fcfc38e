/** The oclif side of a quick command: declares what --help tells, and runs the same code. */
import { Command, Flags } from '@oclif/core';
import { processIo } from './process-io.ts';
import type { QuickCommand, QuickValues } from './quick-command.ts';

export abstract class QuickClass extends Command {
  static override baseFlags = {
    json: Flags.boolean({ description: 'Print JSON for scripts.', helpGroup: 'GLOBAL' }),
    config: Flags.string({
      description: 'The configuration; else RELAY_CONFIG, ./relay.yaml, /etc/relay/relay.yaml.',
      helpValue: 'FILE',
      helpGroup: 'GLOBAL',
    }),
    debug: Flags.boolean({ description: 'On an error, print where it came from.', helpGroup: 'GLOBAL' }),
  };

  /** Runs the quick command; its exit code becomes the process's. */
  protected async runQuick(quick: QuickCommand, args: string[], values: QuickValues): Promise<void> {
    process.exitCode = await quick.run(args, values, processIo());
  }
}
