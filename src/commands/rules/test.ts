/** `relay rules test`. The work is in src/cli/rules.ts, loaded when the command runs. */
import { Args, Command, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';

export default class RulesTest extends Command {
  static override summary = 'Show what a mail or a request would become, and why.';
  static override description =
    'Reads as the daemon does, and needs none. A file is a raw mail (with its headers), or with --http the body of a request; - is standard input. With --json each file is one line.';
  static override examples = [
    'relay rules test problem.eml recovery.eml',
    'relay rules test --http --content-type application/json alert.json --json',
    'ssh mail1 cat /var/mail/root | relay rules test -',
  ];
  static override strict = false;
  static override args = {
    file: Args.string({ description: 'A raw mail, or a body; - for standard input.', required: true }),
  };
  static override flags = {
    http: Flags.boolean({ description: 'The files are bodies of requests.' }),
    'content-type': Flags.string({
      description: 'Of the requests; else they are read by what they look like.',
      helpValue: 'TYPE',
      dependsOn: ['http'],
    }),
    json: Flags.boolean({ description: 'Print one JSON object a line for scripts.' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(RulesTest);
    const { testRules } = await import('../../cli/rules.ts');
    const wish = { files: argv.map(String), http: flags.http, contentType: flags['content-type'] ?? '' };
    process.exitCode = await testRules(wish, flags.json, processIo());
  }
}
