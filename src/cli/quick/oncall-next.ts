/** `relay oncall next [PERSON]`: somebody's coming shifts; without a name those of whoever asks. */
import type { NextShiftsJson } from '../../relay/api/oncall-wire.ts';
import { addDuration, showTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickCommand } from '../quick-command.ts';
import { table, widthFor } from '../render/layout.ts';
import { clean, styleFor } from '../render/style.ts';
import { duration } from '../render/when.ts';
import { actorOf, show, textOf } from './values.ts';

const USUAL = '30d';

export const quick: QuickCommand = {
  flags: { for: { type: 'string' }, as: { type: 'string' } },
  args: { min: 0, max: 1 },
  async run([named], values, io) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const nowMs = Date.now();
    const length = textOf(values, 'for') ?? USUAL;
    const until = new Date(addDuration(nowMs, length, zone)).toISOString();
    const person = named ?? actorOf(values, io.env);
    const client = await connect(values, io);
    const query = `person=${encodeURIComponent(person)}&until=${until}`;
    const next = await client.get<NextShiftsJson>(`/v1/oncall/next?${query}`).catch((error: unknown) => {
      if (named !== undefined || !(error instanceof CliError) || error.exit !== EXIT.notFound) throw error;
      throw new CliError(
        EXIT.notFound,
        `You are ${person} here, and nobody in the roster is called so.`,
        `Name somebody: relay oncall next ana. ${error.cure ?? ''}`.trim(),
      );
    });
    show(io, values, next, () => render(next, { io, nowMs, zone, length }));
    return 0;
  },
};

interface Shown {
  io: Io;
  nowMs: number;
  zone: string;
  length: string;
}

function render({ person, shifts, always }: NextShiftsJson, { io, nowMs, zone, length }: Shown): string {
  const style = styleFor(io);
  const told =
    always.length === 0 ? '' : `${person} is told whenever it is in ${clean(always.join('; '))}.\n`;
  if (shifts.length === 0) return `${person} has no shift in the next ${clean(length)}.\n${told}`;
  const rows = shifts.map((one) => {
    const [fromMs, untilMs] = [Date.parse(one.from), Date.parse(one.until)];
    return [
      { text: fromMs <= nowMs ? 'now' : showTime(fromMs, nowMs, zone), style: style.bold },
      `until ${showTime(untilMs, nowMs, zone)}`,
      duration(untilMs - fromMs),
      one.note === '' ? one.where : `${one.where}, ${one.note}`,
    ];
  });
  return `${table(rows, widthFor(io))}${told}`;
}
