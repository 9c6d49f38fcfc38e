/** `relay person add ID` */
import type { Edited } from '../../relay/api/wire.ts';
import type { PersonJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { notYetLine } from '../render/edited.ts';
import { renderContacts } from '../render/person.ts';
import { actorOf, show, textOf, topicsOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    name: { type: 'string' },
    email: { type: 'string' },
    phone: { type: 'string' },
    voice: { type: 'string' },
    zone: { type: 'string' },
    push: { type: 'string', multiple: true },
  },
  args: { min: 1, max: 1 },
  async run([id], values, io) {
    const client = await connect(values, io);
    const person = await client.post<Edited<PersonJson>>('/v1/people', {
      id,
      name: textOf(values, 'name') ?? id,
      email: textOf(values, 'email'),
      phone: textOf(values, 'phone'),
      voice: textOf(values, 'voice'),
      zone: textOf(values, 'zone'),
      push: topicsOf(values),
      by: actorOf(values, io.env),
    });
    show(io, values, person, () => {
      return `Added ${person.id} (${person.name}): ${renderContacts(person)}\n${notYetLine(person)}Try it: relay test ${person.id}\n`;
    });
    return 0;
  },
};
