import { Args, Flags } from '@oclif/core';
import { QuickClass } from '../../cli/quick-class.ts';
import { quick } from '../../cli/quick/maintenance-add.ts';

export default class MaintenanceAdd extends QuickClass {
  static override summary = 'Have incidents of a service, a host or a pattern page nobody for a time.';
  static override description =
    'Incidents are opened, kept and marked; what is still open at the end of the window pages then. Of --service, --host and --match all that are given must fit; each may be given several times. A host is known by the name that its monitor gives it, short or whole, or else by a word of the alert. Patterns: * any characters, ? one. Times are 18:00, "fri 18:00", 2h (from now) or ISO 8601; durations are 30m, 8h, 2d. Incidents about Relay itself page all the same.';
  static override examples = [
    'relay maintenance add --host db1 --for 2h --why "kernel update"',
    'relay maintenance add --service web --from "sat 22:00" --until "sun 02:00"',
    'relay maintenance add patches --host "web*,app*" --every "sun 02:00-04:00" --zone Europe/Berlin',
    'relay maintenance add --all --for 30m --why "core switch"',
  ];
  static override args = {
    name: Args.string({ description: 'Its name; else made of what it is for.', ignoreStdin: true }),
  };
  static override flags = {
    service: Flags.string({
      description: 'Only incidents of this service.',
      helpValue: 'SERVICE',
      multiple: true,
    }),
    host: Flags.string({
      description: 'Only incidents about hosts of this name or pattern.',
      helpValue: 'PATTERN',
      multiple: true,
    }),
    match: Flags.string({
      description: 'Only where the whole dedup key or summary fits this pattern.',
      helpValue: 'PATTERN',
      multiple: true,
    }),
    all: Flags.boolean({ description: 'For everything.', exclusive: ['service', 'host', 'match'] }),
    from: Flags.string({ description: 'From when; else now.', helpValue: 'TIME' }),
    for: Flags.string({ description: 'For how long.', helpValue: '2h', exclusive: ['until'] }),
    until: Flags.string({ description: 'Until when.', helpValue: 'TIME', exclusive: ['for'] }),
    every: Flags.string({
      description: 'It comes again in these hours of the week.',
      helpValue: 'HOURS',
      multiple: true,
    }),
    zone: Flags.string({
      description: 'Time zone of the times; else that of this machine.',
      helpValue: 'ZONE',
    }),
    why: Flags.string({ description: 'A word for the others.', helpValue: 'TEXT' }),
    as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(MaintenanceAdd);
    await this.runQuick(quick, args.name === undefined ? [] : [args.name], flags);
  }
}
