/** `relay roster import --from SOURCE FILE…`. */
import { Args, Flags } from '@oclif/core';
import { processIo } from '../../cli/process-io.ts';
import { QuickClass } from '../../cli/quick-class.ts';
import type { ImportSource } from '../../relay/roster-file/import.ts';

const SOURCES = ['opsgenie', 'pagerduty', 'ics'] as const satisfies readonly ImportSource[];

export default class RosterImport extends QuickClass {
  static override summary =
    'Take over people, schedules and policies from Opsgenie, PagerDuty or a calendar.';
  static override description =
    'Reads what their REST APIs answered (docs/migrating.md has the calls). Says by name what came over, what will behave differently and what did not come over, then shows the plan and asks: all of it as one version, or nothing. Of a calendar (.ics) it takes the turns, if they repeat.';
  static override examples = [
    'relay roster import --from opsgenie export/ --dry-run',
    'relay roster import --from pagerduty users.json schedules.json --out roster.yaml',
  ];
  static override strict = false;
  static override args = {
    file: Args.string({
      description: 'Files, or folders of .json (or .ics) files.',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    from: Flags.option({ options: SOURCES, required: true, description: 'Where it comes from.' })(),
    merge: Flags.boolean({ description: 'Keep what is there already, and take over the rest.' }),
    out: Flags.string({ description: 'Write a roster file and change nothing.', helpValue: 'FILE' }),
    empty: Flags.boolean({
      description: 'With --out: start from an empty roster, without a daemon.',
      dependsOn: ['out'],
    }),
    yes: Flags.boolean({ description: "Don't ask." }),
    'dry-run': Flags.boolean({ description: 'Show the report and the plan, and change nothing.' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(RosterImport);
    const [{ importRoster }, { confirmed }] = await Promise.all([
      import('../../cli/roster/import.ts'),
      import('../../cli/terminal.ts'),
    ]);
    process.exitCode = await importRoster(flags.from, argv.map(String), flags, processIo(), confirmed);
  }
}
