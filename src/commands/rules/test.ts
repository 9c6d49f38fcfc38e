/** `relay rules test`. The work is in src/cli/rules.ts, loaded when the command runs. */
import { Args, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';

export default class RulesTest extends QuickClass {
  static override summary = 'Show what a mail or a request would become, and why.';
  static override description =
    "Reads as the daemon does, and needs none. A file is a raw mail (with its headers), or with --http the body of a request; - is standard input. The team's rules are those of the daemon where one answers, or of a roster file. With --json each file is one line.";
  static override examples = [
    'relay rules test problem.eml recovery.eml',
    'relay rules test problem.eml --roster roster.yaml --explain',
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
      description:
        'Of the requests; else they are read by what they look like. message/http: whole requests, with their request line, read as what their address says.',
      helpValue: 'TYPE',
      dependsOn: ['http'],
    }),
    roster: Flags.string({
      description: 'By the rules of this roster file.',
      helpValue: 'FILE',
      exclusive: ['no-rules'],
    }),
    'no-rules': Flags.boolean({ description: 'By the built-in readers alone.' }),
    explain: Flags.boolean({
      description: 'Also each rule that was tried, and why it did or did not match.',
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(RulesTest);
    const { testRules } = await import('../../cli/rules.ts');
    const { rulesInUse, rulesOfFile } = await import('../../cli/rules-in-use.ts');
    const io = processIo();
    const { http, explain, json, roster, 'content-type': contentType = '' } = flags;
    const found =
      roster !== undefined
        ? { rules: await rulesOfFile(roster, io, Date.now()) }
        : flags['no-rules']
          ? { rules: null }
          : await rulesInUse(flags, io);
    // Scripts that read both outputs as one are not told: for them the rule is null.
    if ('why' in found && !json)
      io.err(
        `relay: by the built-in readers alone (${found.why}). With rules: relay rules test … --roster FILE\n`,
      );
    const wish = { files: argv.map(String), http, contentType, rules: found.rules, explain };
    process.exitCode = await testRules(wish, json, io);
  }
}
