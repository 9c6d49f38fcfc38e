/** `relay person show ID` */
import type { PersonDetailJson } from '../../relay/api/oncall-wire.ts';
import { showTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import type { Io, QuickCommand } from '../quick-command.ts';
import { renderContacts } from '../render/person.ts';
import { clean, styleFor } from '../render/style.ts';
import { hereZone } from './edit-call.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const person = await client.get<PersonDetailJson>(`/v1/people/${encodeURIComponent(id)}`);
    show(io, values, person, () => render(person, io));
    return 0;
  },
};

function render(person: PersonDetailJson, io: Io): string {
  const { namedBy, absences, next } = person;
  const time = (atMs: number): string => showTime(atMs, Date.now(), hereZone());
  const shift =
    next === null
      ? 'no shift in the next eight weeks'
      : `${clean(next.where)}, ${time(Date.parse(next.from))} until ${time(Date.parse(next.until))}`;
  return [
    `${styleFor(io).bold(person.id)} (${clean(person.name)})\n`,
    `  contacts   ${clean(renderContacts(person))}\n`,
    person.zone === undefined ? '' : `  zone       ${person.zone}\n`,
    `  named by   ${namedBy.length === 0 ? 'nothing: only the catch-all tells them' : clean(namedBy.join('; '))}\n`,
    `  next       ${shift}\n`,
    ...absences.map(
      (one) => `  away       ${time(one.fromMs)} until ${time(one.untilMs)}: ${clean(one.why)}\n`,
    ),
  ].join('');
}
