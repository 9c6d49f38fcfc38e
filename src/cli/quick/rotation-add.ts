/** `relay rotation add ops ana ben cleo --every 1w --at 09:00 --start mon` */
import { isZone } from '../../relay/oncall/times.ts';
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { hereZone, tellEdit } from './edit-call.ts';
import { LAYER_FLAGS, layerValues } from './layer-values.ts';
import { textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: { ...LAYER_FLAGS, zone: { type: 'string' }, as: { type: 'string' } },
  args: { min: 1, max: 51 },
  run: async ([id, ...names], values, io) => {
    const nowMs = Date.now();
    const zone = zoneOf(textOf(values, 'zone') ?? hereZone());
    const { shift = '1 week', handoff = '09:00', start, during } = layerValues(values, nowMs, zone);
    const members = names.flatMap((one) => one.split(',')).filter((one) => one !== '');
    if (members.length === 0)
      throw new CliError(
        EXIT.usage,
        `Who takes turns in ${id}?`,
        `Name them in order: relay rotation add ${id} ana ben`,
      );
    const begins = start ?? lastHandoff(handoff, nowMs, zone);
    const startMs = Temporal.PlainDateTime.from(`${begins}T${handoff}`).toZonedDateTime(
      zone,
    ).epochMilliseconds;
    const body = { id, zone, members, shift, handoff, start: begins, during, showZone: zone };
    const until = new Date(startMs).toISOString().replace('.000Z', 'Z');
    const hint =
      startMs <= nowMs
        ? ''
        : `Nobody is on call in it before it starts. Somebody until then: relay oncall set ${members[0]} --rotation ${id} --until ${until}\n`;
    return tellEdit('/v1/rotations', body, values, io, hint);
  },
};

/** The day on which it was `handoff` last, so that the first member is on call at once. */
function lastHandoff(handoff: string, nowMs: number, zone: string): string {
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  const today = now.toPlainDate();
  const isPast = Temporal.PlainTime.compare(Temporal.PlainTime.from(handoff), now.toPlainTime()) <= 0;
  return (isPast ? today : today.subtract({ days: 1 })).toString();
}

function zoneOf(zone: string): string {
  if (isZone(zone)) return zone;
  throw new CliError(EXIT.usage, `--zone: "${zone}" is no time zone.`, 'Write it like Europe/Berlin.');
}
