/** `relay oncall unset [PERSON|ID]`: ends overrides, or shows which there are. */
import type { OverrideJson, ToldJson } from '../../relay/api/oncall-wire.ts';
import { showTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickCommand } from '../quick-command.ts';
import { table, widthFor } from '../render/layout.ts';
import { styleFor } from '../render/style.ts';
import { renderTold } from '../render/told.ts';
import { actorOf, flagOf, show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    service: { type: 'string' },
    rotation: { type: 'string' },
    list: { type: 'boolean' },
    quiet: { type: 'boolean', short: 'q' },
    as: { type: 'string' },
  },
  args: { min: 0, max: 1 },
  async run([what], values, io) {
    const client = await connect(values, io);
    if (flagOf(values, 'list')) {
      const all = await client.get<OverrideJson[]>('/v1/overrides');
      show(io, values, all, () => render(all, io));
      return 0;
    }
    const service = textOf(values, 'service');
    const rotation = textOf(values, 'rotation');
    if (what === undefined && service === undefined && rotation === undefined)
      throw new CliError(
        EXIT.usage,
        'Which override is to end?',
        'Name who stands in, --rotation, --service or an id. Which there are: relay oncall unset --list',
      );
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    // A person's name has no dot, an id has.
    const named = what === undefined ? {} : what.includes('.') ? { id: what } : { person: what };
    const quiet = flagOf(values, 'quiet');
    const body = { ...named, service, rotation, quiet, zone, by: actorOf(values, io.env) };
    const told = await client.post<ToldJson>('/v1/oncall/unset', body);
    show(io, values, told, () => renderTold(told));
    return 0;
  },
};

function render(all: OverrideJson[], io: Io): string {
  if (all.length === 0) return 'Nothing is overridden.\n';
  const style = styleFor(io);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const time = (iso: string): string => showTime(Date.parse(iso), Date.now(), zone);
  const head = ['WHO', 'WHERE', 'FROM', 'UNTIL', 'BY', 'ID'].map((text) => ({ text, style: style.dim }));
  const rows = all.map((one) => [
    { text: one.instead === null ? one.person : `${one.person} for ${one.instead}`, style: style.bold },
    one.where,
    time(one.from),
    one.until === null ? 'no end' : time(one.until),
    one.why === null ? one.by : `${one.by}: ${one.why}`,
    one.id,
  ]);
  return table([head, ...rows], widthFor(io));
}
