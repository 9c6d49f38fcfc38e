import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../cli/quick-class.ts';
import { quick } from '../cli/quick/wrap.ts';

export default class Wrap extends QuickClass {
  static override summary = 'Run a job, and tell Relay how it did.';
  static override description =
    'Its input, output, signals and exit code are its own; Relay hears when it starts, how long it ran, how it ended, and its last lines where it failed. With a heartbeat that is what it reports; without one a failure is an incident, which the next success resolves. Where Relay is away the job runs all the same, and what is to be told is kept (see relay send). Where no daemon is at hand, --url-file or RELAY_PING_URL name the ping URL that relay heartbeat key prints.';
  static override examples = [
    'relay wrap --heartbeat backup -- /usr/local/bin/backup.sh',
    'relay wrap --heartbeat backup --timeout 2h -- /usr/local/bin/backup.sh --all',
    'relay wrap --url-file /etc/backup.ping -- /usr/local/bin/backup.sh',
    'relay wrap --service db --severity warning -- /usr/local/bin/vacuum.sh',
  ];
  static override strict = false;
  static override args = {
    command: Args.string({ description: 'What to run, behind --.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    heartbeat: Flags.string({ description: 'It reports as this heartbeat.' }),
    'url-file': Flags.string({
      description: 'A file with the ping URL of its heartbeat.',
      helpValue: 'FILE',
    }),
    service: Flags.string({ description: 'Without a heartbeat: whose incident a failure is.' }),
    severity: Flags.string({
      description: 'Without a heartbeat: critical, error, warning, info or unknown; else error.',
    }),
    timeout: Flags.string({ description: 'End it after this long, such as 2h; the exit code is 124 then.' }),
    'quiet-success': Flags.boolean({ description: 'Print what it prints only when it fails.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Wrap);
    await this.runQuick(quick, argv.map(String), flags);
  }
}
