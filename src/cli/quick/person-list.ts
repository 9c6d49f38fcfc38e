/** `relay person list` */
import type { PersonJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { table, widthFor } from '../render/layout.ts';
import { renderContacts } from '../render/person.ts';
import { styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const people = await client.get<PersonJson[]>('/v1/people');
    show(io, values, people, () => {
      if (people.length === 0) return 'Nobody yet: relay person add ana --name Ana --email ana@example.com\n';
      const style = styleFor(io);
      const head = ['PERSON', 'NAME', 'CONTACTS'].map((text) => ({ text, style: style.dim }));
      const rows = people.map((one) => [{ text: one.id, style: style.bold }, one.name, renderContacts(one)]);
      return table([head, ...rows], widthFor(io));
    });
    return 0;
  },
};
