/** `relay person show ID` */
import type { PersonDetailJson } from '../../relay/api/oncall-wire.ts';
import { parseTime, showTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import type { Io, QuickCommand } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { notifiedLines } from '../render/notified.ts';
import { renderContacts } from '../render/person.ts';
import { clean, styleFor } from '../render/style.ts';
import { hereZone } from './edit-call.ts';
import { show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: { at: { type: 'string' } },
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const at = textOf(values, 'at');
    const nowMs = Date.now();
    const query = at === undefined ? '' : `?at=${new Date(parseTime(at, nowMs, hereZone())).toISOString()}`;
    const client = await connect(values, io);
    const person = await client.get<PersonDetailJson>(`/v1/people/${encodeURIComponent(id)}${query}`);
    show(io, values, person, () => render(person, io, { nowMs, isNow: at === undefined }));
    return 0;
  },
};

function render(person: PersonDetailJson, io: Io, asked: { nowMs: number; isNow: boolean }): string {
  const { namedBy, absences, next, notified } = person;
  const zone = hereZone();
  const time = (atMs: number): string => showTime(atMs, asked.nowMs, zone);
  const shift =
    next === null
      ? 'no shift in the next eight weeks'
      : `${clean(next.where)}, ${time(Date.parse(next.from))} until ${time(Date.parse(next.until))}`;
  return [
    `${styleFor(io).bold(person.id)} (${clean(person.name)})\n`,
    `  contacts   ${clean(renderContacts(person))}\n`,
    person.zone === undefined ? '' : `  zone       ${person.zone}\n`,
    notifiedLines(notified, { ...asked, zone }, widthFor(io)),
    `  named by   ${namedBy.length === 0 ? 'nothing: only the catch-all tells them' : clean(namedBy.join('; '))}\n`,
    `  next       ${shift}\n`,
    ...absences.map(
      (one) => `  away       ${time(one.fromMs)} until ${time(one.untilMs)}: ${clean(one.why)}\n`,
    ),
  ].join('');
}
