/** What an edit did, and who is on call differently by it. */
import type { ToldJson, ToldOf } from '../../relay/api/oncall-wire.ts';
import { notYetLine } from './edited.ts';
import { clean } from './style.ts';

/** More would push what was done out of sight; --json has them all. */
const SHOWN = 12;

/** The whole answer to an edit, for people; `zone`: in which its times are told. */
export function renderTold(told: ToldJson, zone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  const lines = told.said.slice(0, SHOWN).map((line) => `  ${clean(line)}\n`);
  const more = told.said.length - lines.length;
  const changes =
    lines.length === 0
      ? 'Nobody is on call differently in the next four weeks.\n'
      : `${differently(zone)}\n${lines.join('')}${more === 0 ? '' : `  … and ${more} more: --json\n`}`;
  return `${clean(told.text)}\n${changes}${toldLine(told)}${notYetLine(told)}`;
}

/** Says once in which zone the lines below have their times. */
export const differently = (zone: string): string =>
  `On call differently in the next four weeks (times in ${zone}):`;

/** Who hears of it from relay; nothing where nobody was to. */
export function toldLine({ told, untold }: ToldOf): string {
  if (untold !== undefined) return `Not told of it, so tell them yourself: ${clean(untold.join(', '))}\n`;
  return told === undefined || told.length === 0 ? '' : `Told of it: ${clean(told.join(', '))}\n`;
}
