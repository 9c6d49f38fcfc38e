/** `relay group show ID` */
import type { GroupJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { clean, styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const group = await client.get<GroupJson>(`/v1/groups/${encodeURIComponent(id)}`);
    show(io, values, group, () => {
      const used = group.namedBy.length === 0 ? 'no policy' : clean(group.namedBy.join('; '));
      return `Group ${styleFor(io).bold(group.id)}\n  people   ${group.people.join(', ')}\n  used by  ${used}\n`;
    });
    return 0;
  },
};
