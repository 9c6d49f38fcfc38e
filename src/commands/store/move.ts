/** `relay store move`: the daemon does the work; src/cli/store-move.ts follows it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Flags } from '@oclif/core';
import { CliError, EXIT } from '../../cli/exit.ts';
import { processIo } from '../../cli/process-io.ts';
import { abortMove, moveStore } from '../../cli/store-move.ts';

export default class StoreMove extends Command {
  static override summary = 'Move everything to the store that relay.yaml names now, while relay runs.';
  static override description =
    `First name the new store in relay.yaml; the daemon goes on with the old one until then, so don't restart it. Alerts \
are taken all the while and wait on the disk, pages wait; everything is copied, checked and the old store sealed, and the \
daemon starts again on the new one. Whatever fails before the seal, it goes on with the old store. The way back is the \
same command. Of several hosts, all but one must be stopped first.`;
  static override examples = ['relay store move --to cassandra', 'relay store move --abort'];
  static override flags = {
    to: Flags.string({
      description: 'What relay.yaml names now, so that nothing moves by mistake.',
      options: ['sqlite', 'cassandra'],
      exclusive: ['abort'],
    }),
    abort: Flags.boolean({ description: 'Give up the move that is under way.' }),
    json: Flags.boolean({ description: 'Print JSON for scripts.' }),
    config: Flags.string({
      description: 'The configuration; else RELAY_CONFIG, ./relay.yaml, /etc/relay/relay.yaml.',
      helpValue: 'FILE',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(StoreMove);
    const io = processIo();
    if (flags.abort) {
      process.exitCode = await abortMove(flags, io);
      return;
    }
    if (flags.to !== 'sqlite' && flags.to !== 'cassandra') {
      throw new CliError(EXIT.usage, 'Say where to: --to sqlite or --to cassandra, as relay.yaml names it.');
    }
    const waiting = { sleep: (delayMs: number) => sleep(delayMs), nowMs: () => performance.now() };
    process.exitCode = await moveStore(flags.to, flags, io, waiting);
  }
}
