/** Who is on call: every service, each level, and what comes next. */
import type { OncallJson } from '../../relay/api/wire.ts';
import { table } from './layout.ts';
import type { Cell } from './layout.ts';
import { clean } from './style.ts';
import type { Style } from './style.ts';
import { clock } from './when.ts';

/** `full`: also why, and the next change. */
export function renderOncall(
  services: OncallJson[],
  style: Style,
  width: number | null,
  nowMs: number,
  full: boolean,
): string {
  const rows = services.flatMap((one) => serviceRows(one, style, nowMs, full));
  if (!full) return table(rows, width, '  ');
  const head = ['SERVICE', 'LEVEL', 'ON CALL', 'WHY'].map((text) => ({ text, style: style.dim }));
  return table([head, ...rows], width, '', 'wrap') + asOfLine(services, style);
}

/** Which roster answers for a time that is over. */
function asOfLine([first]: OncallJson[], style: Style): string {
  return first?.asOf === undefined ? '' : `${style.yellow(clean(first.asOf.text))}\n`;
}

function serviceRows(one: OncallJson, style: Style, nowMs: number, full: boolean): (Cell | string)[][] {
  const levels = one.levels.map((level, index): (Cell | string)[] => {
    const people =
      level.people.length === 0
        ? { text: 'nobody', style: style.red }
        : level.people
            .map(({ person, until, unverified }) => {
              const name =
                unverified === undefined ? person : `${person} (${unverified.join(', ')} unverified)`;
              return until === null ? name : `${name} until ${clock(Date.parse(until), nowMs)}`;
            })
            .join(', ');
    const because = [...new Set(level.people.map((entry) => entry.because))].join('; ');
    const service = index === 0 ? { text: one.service, style: style.bold } : '';
    return full ? [service, String(level.level), people, because] : [service, `level ${level.level}`, people];
  });
  if (!full) return levels;
  const next = one.next === null ? 'no change planned' : one.next.text;
  return [...levels, ['', '', { text: 'next', style: style.dim }, { text: next, style: style.dim }]];
}
