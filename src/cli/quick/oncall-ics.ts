/** `relay oncall ics`: an address under which a calendar program subscribes to shifts. */
import type { CalendarLinkJson, CalendarMade } from '../../relay/api/routes/calendars.ts';
import type { Edited } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { notYetLine } from '../render/edited.ts';
import { table, widthFor } from '../render/layout.ts';
import { clean, styleFor } from '../render/style.ts';
import { actorOf, flagOf, show } from './values.ts';

export const quick: QuickCommand = {
  flags: { rotation: { type: 'boolean' }, revoke: { type: 'boolean' }, as: { type: 'string' } },
  args: { min: 0, max: 1 },
  async run([name], values, io) {
    const client = await connect(values, io);
    if (name === undefined) {
      if (flagOf(values, 'revoke'))
        throw new CliError(EXIT.usage, 'Whose addresses?', 'relay oncall ics ana --revoke');
      const links = await client.get<CalendarLinkJson[]>('/v1/calendars');
      show(io, values, links, () => {
        if (links.length === 0) return 'No calendar address yet: relay oncall ics ana\n';
        const style = styleFor(io);
        const head = ['OF', 'MADE', 'BY', 'ID'].map((text) => ({ text, style: style.dim }));
        const rows = links.map((one) => [
          { text: one.person ?? `rotation ${one.rotation ?? '?'}`, style: style.bold },
          one.at.slice(0, 10),
          clean(one.by),
          one.id,
        ]);
        return table([head, ...rows], widthFor(io));
      });
      return 0;
    }
    const body = { name, rotation: flagOf(values, 'rotation'), by: actorOf(values, io.env) };
    if (flagOf(values, 'revoke')) {
      const revoked = await client.post<Edited<{ text: string }>>('/v1/calendars/revoke', body);
      show(io, values, revoked, () => `${clean(revoked.text)}\n${notYetLine(revoked)}`);
      return 0;
    }
    const made = await client.post<CalendarMade>('/v1/calendars', body);
    show(
      io,
      values,
      made,
      () =>
        `${clean(made.url)}\nGive it to a calendar program to subscribe to. Whoever has it can read it; it is shown only now.\nTake it back with: relay oncall ics ${name} --revoke\n${notYetLine(made)}`,
    );
    return 0;
  },
};
