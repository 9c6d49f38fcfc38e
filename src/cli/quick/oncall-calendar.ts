/** `relay oncall calendar [ROTATION|SERVICE]`: a month drawn in the terminal; of the daemon, or of a roster file. */
import type { CalendarJson } from '../../relay/api/oncall-wire.ts';
import { isZone, parseTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickCommand, QuickValues } from '../quick-command.ts';
import { drawCalendar } from '../render/calendar.ts';
import { paintFor, styleFor } from '../render/style.ts';
import { hereZone } from './edit-call.ts';
import { monthOf } from './month.ts';
import { flagOf, show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    month: { type: 'string' },
    weeks: { type: 'string' },
    at: { type: 'string' },
    roster: { type: 'string' },
    zone: { type: 'string' },
    service: { type: 'boolean' },
  },
  args: { min: 0, max: 1 },
  async run([name], values, io) {
    const nowMs = Date.now();
    const calendars = await ask(name, values, io, nowMs);
    show(io, values, calendars, () => {
      if (calendars.length === 0)
        return 'There is no rotation and no service yet: relay rotation add ops ana ben --every 1w\n';
      // In a pipe nobody says how wide it is.
      const width = io.tty ? Math.max(io.columns, 40) : 80;
      const view = { width, style: styleFor(io), paint: paintFor(io), nowMs };
      return calendars.map((one) => drawCalendar(one, view)).join('\n');
    });
    return 0;
  },
};

async function ask(
  name: string | undefined,
  values: QuickValues,
  io: Io,
  nowMs: number,
): Promise<CalendarJson[]> {
  const zone = zoneOf(textOf(values, 'zone'));
  const month = textOf(values, 'month');
  const at = textOf(values, 'at');
  const [weeks, here] = [weeksOf(textOf(values, 'weeks')), hereZone()];
  if (weeks !== undefined && month !== undefined)
    throw new CliError(EXIT.usage, 'Give --month or --weeks, not both.');
  const wish = {
    name,
    of: flagOf(values, 'service') ? ('service' as const) : undefined,
    month: month === undefined ? undefined : monthOf(month, nowMs, zone ?? here),
    weeks,
    zone,
  };
  const atMs = at === undefined ? undefined : parseTime(at, nowMs, zone ?? here);
  const file = textOf(values, 'roster');
  if (file !== undefined) {
    const { calendarFromFile } = await import('../roster/from-file.ts');
    const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
    return calendarFromFile(file, io, { ...given, atMs: atMs ?? nowMs, hereZone: here });
  }
  const query = new URLSearchParams();
  const asked = { ...wish, at: atMs === undefined ? undefined : new Date(atMs).toISOString() };
  for (const [key, value] of Object.entries(asked)) if (value !== undefined) query.set(key, String(value));
  const client = await connect(values, io);
  return client.get<CalendarJson[]>(`/v1/oncall/calendar?${query.toString()}`);
}

function weeksOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const weeks = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (weeks >= 1 && weeks <= 53) return weeks;
  throw new CliError(EXIT.usage, `--weeks: "${text}" is no number of weeks.`, 'Give 1 to 53.');
}

function zoneOf(zone: string | undefined): string | undefined {
  if (zone === undefined || isZone(zone)) return zone;
  throw new CliError(EXIT.usage, `--zone: "${zone}" is no time zone.`, 'Write it like Europe/Berlin.');
}
