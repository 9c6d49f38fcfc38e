/** `relay demo`: the whole way of an alert on the real daemon. What is played is in src/demo/, loaded when it runs. */
import { Command, Flags } from '@oclif/core';
import { processIo } from '../cli/process-io.ts';

const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export default class Demo extends Command {
  static override summary = 'Watch an alert go its whole way, with a stand-in phone network.';
  static override description =
    `Starts the real daemon in a temporary folder, mails it an alert, and shows the page, the escalation, the answer \
and the recovery as they happen. Nothing leaves this machine, and nothing stays on it.`;
  static override examples = ['<%= config.bin %> demo', '<%= config.bin %> demo --auto'];
  static override flags = {
    auto: Flags.boolean({ description: "Send Ben's answer by itself; so it is without a terminal." }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Demo);
    const [{ playDemo }, { openTerminal }] = await Promise.all([
      import('../demo/play.ts'),
      import('../cli/terminal.ts'),
    ]);
    const stopped = new AbortController();
    const stop = (): void => stopped.abort();
    // A closed terminal or a reader that has gone (`| head`) ends the demo as Ctrl-C does: nothing is left behind.
    for (const signal of ENDS) process.once(signal, stop);
    process.stdout.removeAllListeners('error').on('error', stop);
    try {
      await playDemo({
        io: processIo(),
        openTerminal: flags.auto ? null : openTerminal,
        signal: stopped.signal,
      });
    } finally {
      for (const signal of ENDS) process.off(signal, stop);
    }
  }
}
