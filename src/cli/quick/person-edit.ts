/** `relay person edit ID`: what is given changes, the rest stays. */
import type { Edited } from '../../relay/api/wire.ts';
import type { PersonJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { notYetLine } from '../render/edited.ts';
import { renderContacts } from '../render/person.ts';
import { actorOf, flagOf, show, textOf, topicsOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    name: { type: 'string' },
    email: { type: 'string' },
    phone: { type: 'string' },
    voice: { type: 'string' },
    zone: { type: 'string' },
    'revoke-links': { type: 'boolean' },
    push: { type: 'string', multiple: true },
  },
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const person = await client.post<Edited<PersonJson>>(`/v1/people/${encodeURIComponent(id)}`, {
      name: textOf(values, 'name'),
      email: textOf(values, 'email'),
      phone: textOf(values, 'phone'),
      voice: textOf(values, 'voice'),
      zone: textOf(values, 'zone'),
      revokeLinks: flagOf(values, 'revoke-links'),
      push: topicsOf(values),
      by: actorOf(values, io.env),
    });
    show(io, values, person, () => {
      const links = flagOf(values, 'revoke-links') ? 'Links sent until now lead nowhere any more.\n' : '';
      return `Saved ${person.id} (${person.name}): ${renderContacts(person)}\n${links}${notYetLine(person)}Try it: relay test ${person.id}\n`;
    });
    return 0;
  },
};
