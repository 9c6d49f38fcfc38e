/** `relay maintenance add --host db1 --for 2h`: times are read here, in the zone of whoever types them. */
import type { MaintenanceEdit } from '../../relay/api/routes/maintenance.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand, QuickValues } from '../quick-command.ts';
import { notYetLine } from '../render/edited.ts';
import { clean } from '../render/style.ts';
import { hereZone, namesOf } from './edit-call.ts';
import { meantZone } from './meant-zone.ts';
import { timesOf } from './oncall-set.ts';
import { actorOf, flagOf, show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    service: { type: 'string', multiple: true },
    host: { type: 'string', multiple: true },
    match: { type: 'string', multiple: true },
    all: { type: 'boolean' },
    from: { type: 'string' },
    for: { type: 'string' },
    until: { type: 'string' },
    every: { type: 'string', multiple: true },
    zone: { type: 'string' },
    why: { type: 'string' },
    as: { type: 'string' },
  },
  args: { min: 0, max: 1 },
  async run([id], values, io) {
    checkSaid(values);
    const client = await connect(values, io);
    const zone = await meantZone(client, values, undefined);
    const match = values['match'];
    const body = {
      id,
      services: namesOf(values, 'service'),
      hosts: namesOf(values, 'host'),
      // A comma may be part of a summary.
      matches: match === undefined ? undefined : [match].flat().map(String),
      all: flagOf(values, 'all'),
      ...timesOf(values, Date.now(), zone),
      during: hoursSaid(values['every']),
      hoursZone: zone,
      why: textOf(values, 'why'),
      zone: hereZone(),
      by: actorOf(values, io.env),
    };
    const made = await client.post<MaintenanceEdit>('/v1/maintenance', body);
    show(io, values, made, () => `${clean(made.text)}\n${notYetLine(made)}`);
    return 0;
  },
};

/** What a daemon would refuse in the words of its API. */
function checkSaid(values: QuickValues): void {
  if (['service', 'host', 'match', 'all'].every((flag) => values[flag] === undefined))
    throw new CliError(
      EXIT.usage,
      'What is it for?',
      'Name it with --host, --service or --match, or say --all. Such as: relay maintenance add --host db1 --for 2h',
    );
  if (['for', 'until', 'every'].every((flag) => values[flag] === undefined))
    throw new CliError(
      EXIT.usage,
      'A window ends: until when does it last?',
      'Give --for 2h, --until "sun 02:00", or the hours in which it comes again: --every "sun 02:00-04:00".',
    );
}

/** `sat,sun 02:00-04:00`: its commas are its own. */
const hoursSaid = (every: unknown): string[] | undefined =>
  every === undefined ? undefined : [every].flat().map(String);
