/** How a person is told: their rules and quiet hours, and what would happen at one time. */
import type { NotifiedJson, NotifiedOf, PersonDetailJson } from '../../relay/api/oncall-wire.ts';
import { showDuration, showTime } from '../../relay/oncall/times.ts';
import { table, wrap } from './layout.ts';
import { clean, type Style } from './style.ts';

/** A step that comes sooner is told by its delay, a later one by its time. */
const SOON_MS = 60 * 60_000;

/** The lines of `relay person show`; times are told in `zone`. */
export function notifiedLines(
  notified: NotifiedJson,
  { nowMs, zone, isNow }: { nowMs: number; zone: string; isNow: boolean },
  width: number | null,
): string {
  const { rules, quiet, bySeverity, skipped, warnings, at } = notified;
  const when = isNow ? 'now' : showTime(Date.parse(at), nowMs, zone);
  const all = bySeverity.length === 1;
  return [
    ...rules.map((rule, index) => wrap(`  rule ${index + 1}     `, clean(rule), width)),
    wrap('  otherwise  ', 'by every contact at once', width),
    quiet === null ? '' : wrap('  quiet      ', `${clean(quiet)} (times in ${notified.zone})`, width),
    ...bySeverity.map((one, index) => {
      const who = all ? 'everything' : one.severities.join(', ');
      const head = index === 0 ? `${when}: ` : '';
      return wrap(
        index === 0 ? '  told       ' : '             ',
        `${head}${who}: ${thenWords(one, at, nowMs, zone)}`,
        width,
      );
    }),
    ...skipped.map((one) => wrap('  not used   ', clean(`${one.channel} ${one.to}: ${one.why}`), width)),
    ...warnings.map((one) => wrap('  check      ', clean(one), width)),
  ].join('');
}

/** The answer of `relay person rule list`. */
export function renderRules(person: PersonDetailJson, style: Style, width: number | null): string {
  const { rules, quiet, warnings, zone } = person.notified;
  const rows = [...rules, 'by every contact at once'].map((rule, index) => [
    { text: index < rules.length ? `  ${index + 1}` : '  else', style: style.bold },
    clean(rule),
  ]);
  return [
    `How ${style.bold(person.id)} (${clean(person.name)}) is told, times in ${zone}; the first rule that applies decides:\n`,
    table(rows, width),
    quiet === null ? '' : wrap('  quiet  ', clean(quiet), width),
    ...warnings.map((one) => wrap('  check  ', clean(one), width)),
  ].join('');
}

/** `email at once; sms, voice Sat 07:00 CET (quiet hours …)`. */
function thenWords({ ways, why }: NotifiedOf, at: string, nowMs: number, zone: string): string {
  if (ways.length === 0) return 'by nothing: no contact works';
  const steps = new Map<string, string[]>();
  for (const way of ways) {
    const laterMs = Date.parse(way.at) - Date.parse(at);
    const when =
      laterMs === 0
        ? 'at once'
        : laterMs <= SOON_MS
          ? `after ${showDuration(laterMs)}`
          : showTime(Date.parse(way.at), nowMs, zone);
    steps.set(when, [...(steps.get(when) ?? []), way.channel]);
  }
  const words = [...steps]
    .map(([when, channels]) => `${[...new Set(channels)].join(', ')} ${when}`)
    .join('; ');
  return why === null ? words : clean(`${words} (${why})`);
}
