/** `relay oncall absent`: who is away, by hand or from a calendar. Times are read in the zone of whoever types them. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AbsencesJson, AbsentEdit } from '../../relay/api/routes/absences.ts';
import { showTime } from '../../relay/oncall/times.ts';
import { connect, type Client } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickCommand, QuickValues } from '../quick-command.ts';
import { notYetLine } from '../render/edited.ts';
import { table, widthFor } from '../render/layout.ts';
import { clean, styleFor } from '../render/style.ts';
import { timesOf } from './oncall-set.ts';
import { actorOf, flagOf, show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    from: { type: 'string' },
    for: { type: 'string' },
    until: { type: 'string' },
    why: { type: 'string' },
    ics: { type: 'string' },
    remove: { type: 'string' },
    list: { type: 'boolean' },
    as: { type: 'string' },
  },
  args: { min: 0, max: 1 },
  async run([person], values, io) {
    const client = await connect(values, io);
    const remove = textOf(values, 'remove');
    if (remove !== undefined)
      return edit(client, '/v1/absences/remove', removing(remove, person), values, io);
    const ics = textOf(values, 'ics');
    if (person === undefined || flagOf(values, 'list')) {
      if (ics !== undefined)
        throw new CliError(EXIT.usage, 'Whose calendar is it?', 'relay oncall absent ana --ics FILE');
      return list(client, person, values, io);
    }
    if (ics !== undefined)
      return edit(client, '/v1/absences/calendar', { person, ...(await calendarAt(ics, io)) }, values, io);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const times = timesOf(values, Date.now(), zone);
    if (times.untilMs === undefined)
      throw new CliError(
        EXIT.usage,
        'Until when?',
        'Give --until TIME, --for 3d, or a calendar with --ics FILE or URL.',
      );
    return edit(client, '/v1/absences', { person, ...times, why: textOf(values, 'why'), zone }, values, io);
  },
};

/** `all` of a person's that were made by hand, or one absence or calendar by its id. */
function removing(remove: string, person: string | undefined): Record<string, string> {
  if (remove !== 'all') return { id: remove };
  if (person === undefined)
    throw new CliError(EXIT.usage, 'All of whom?', 'relay oncall absent ana --remove all');
  return { person };
}

async function calendarAt(ics: string, io: Io): Promise<{ url: string } | { text: string }> {
  if (/^(?:https?|webcals?):/i.test(ics)) return { url: ics };
  try {
    const text = await readFile(resolve(io.cwd, ics), 'utf8');
    if (text.trim() !== '') return { text };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new CliError(
      EXIT.usage,
      `${ics} can't be read (${String(error.code)}).`,
      'Give a file, or an https address.',
    );
  }
  throw new CliError(
    EXIT.usage,
    `${ics} is empty.`,
    'Give an iCalendar file (.ics), as calendars export it.',
  );
}

async function edit(
  client: Client,
  path: string,
  body: Record<string, unknown>,
  values: QuickValues,
  io: Io,
): Promise<number> {
  const done = await client.post<AbsentEdit>(path, { ...body, by: actorOf(values, io.env) });
  show(io, values, done, () =>
    [`${clean(done.text)}\n`, ...done.notes.map((note) => `note: ${clean(note)}\n`), notYetLine(done)].join(
      '',
    ),
  );
  return 0;
}

async function list(
  client: Client,
  person: string | undefined,
  values: QuickValues,
  io: Io,
): Promise<number> {
  const all = await client.get<AbsencesJson>('/v1/absences');
  const wanted = <One extends { person: string }>(ones: One[]): One[] =>
    person === undefined ? ones : ones.filter((one) => one.person === person);
  const some: AbsencesJson = { absences: wanted(all.absences), calendars: wanted(all.calendars) };
  show(io, values, some, () => render(some, io));
  return 0;
}

function render({ absences, calendars }: AbsencesJson, io: Io): string {
  if (absences.length + calendars.length === 0)
    return 'Nobody is marked absent: relay oncall absent ana --from "mon 00:00" --for 2w --why holiday\n';
  const style = styleFor(io);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const time = (iso: string): string => showTime(Date.parse(iso), Date.now(), zone);
  const head = (...texts: string[]): { text: string; style: (text: string) => string }[] =>
    texts.map((text) => ({ text, style: style.dim }));
  const away = absences.map((one) => [
    { text: one.person, style: style.bold },
    time(one.from),
    time(one.until),
    clean(one.why),
    one.calendar === null ? `by ${clean(one.by)}` : `calendar ${one.calendar}`,
    one.id,
  ]);
  const feeds = calendars.map((one) => [
    { text: one.person, style: style.bold },
    clean(one.host),
    `by ${clean(one.by)}`,
    one.id,
  ]);
  const parts = [
    ...(away.length === 0
      ? []
      : [table([head('PERSON', 'FROM', 'UNTIL', 'WHY', 'FROM WHERE', 'ID'), ...away], widthFor(io))]),
    ...(feeds.length === 0
      ? []
      : [table([head('CALENDAR OF', 'AT', 'ADDED', 'ID'), ...feeds], widthFor(io))]),
  ];
  return parts.join('\n');
}
