/** `relay oncall set PERSON`: times are read here, in the zone of whoever types them, or of the rotation it is for. */
import type { ToldOf } from '../../relay/api/oncall-wire.ts';
import type { Edited } from '../../relay/api/wire.ts';
import { addDuration, parseTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand, QuickValues } from '../quick-command.ts';
import { notYetLine } from '../render/edited.ts';
import { toldLine } from '../render/told.ts';
import { meantZone } from './meant-zone.ts';
import { actorOf, flagOf, show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    service: { type: 'string' },
    level: { type: 'string' },
    rotation: { type: 'string' },
    why: { type: 'string' },
    from: { type: 'string' },
    for: { type: 'string' },
    until: { type: 'string' },
    zone: { type: 'string' },
    quiet: { type: 'boolean', short: 'q' },
    as: { type: 'string' },
  },
  args: { min: 1, max: 1 },
  async run([person], values, io) {
    const client = await connect(values, io);
    const zone = await meantZone(client, values, textOf(values, 'rotation'));
    const body = {
      person,
      service: textOf(values, 'service'),
      level: levelOf(values),
      rotation: textOf(values, 'rotation'),
      why: textOf(values, 'why'),
      ...timesOf(values, Date.now(), zone),
      quiet: flagOf(values, 'quiet'),
      zone,
      by: actorOf(values, io.env),
    };
    const set = await client.post<Edited<{ text: string } & ToldOf>>('/v1/oncall', body);
    show(io, values, set, () => `${set.text}\n${toldLine(set)}${notYetLine(set)}`);
    return 0;
  },
};

/** When it begins and ends. An end is looked for after the beginning: `--from "fri 18:00" --until "mon 09:00"`. */
export function timesOf(
  values: QuickValues,
  nowMs: number,
  zone: string,
): { fromMs: number | undefined; untilMs: number | undefined } {
  const from = textOf(values, 'from');
  const length = textOf(values, 'for');
  const until = textOf(values, 'until');
  if (length !== undefined && until !== undefined) {
    throw new CliError(EXIT.usage, 'Give --for or --until, not both.', 'Leave one of them out.');
  }
  const fromMs = from === undefined ? undefined : parseTime(from, nowMs, zone);
  const startMs = fromMs ?? nowMs;
  if (length !== undefined) return { fromMs, untilMs: addDuration(startMs, length, zone) };
  if (until === undefined) return { fromMs, untilMs: undefined };
  const untilMs = parseTime(until, startMs, zone);
  if (untilMs <= startMs) {
    const what = from === undefined ? 'is over already' : 'is not after the beginning';
    throw new CliError(
      EXIT.usage,
      `--until: "${until}" ${what}.`,
      'Write it like fri 18:00, or how long: --for 8h.',
    );
  }
  return { fromMs, untilMs };
}

function levelOf(values: QuickValues): number | undefined {
  const level = textOf(values, 'level');
  if (level === undefined) return undefined;
  if (/^[1-9]\d?$/.test(level)) return Number(level);
  throw new CliError(EXIT.usage, `--level: "${level}" is no level.`, 'Levels count from 1.');
}
