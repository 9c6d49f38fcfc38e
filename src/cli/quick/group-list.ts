/** `relay group list` */
import type { GroupJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { table, widthFor } from '../render/layout.ts';
import { styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const groups = await client.get<GroupJson[]>('/v1/groups');
    show(io, values, groups, () => {
      if (groups.length === 0) return 'No groups yet: relay group add dba ana ben\n';
      const style = styleFor(io);
      const head = ['GROUP', 'PEOPLE'].map((text) => ({ text, style: style.dim }));
      const rows = groups.map((one) => [{ text: one.id, style: style.bold }, one.people.join(', ')]);
      return table([head, ...rows], widthFor(io));
    });
    return 0;
  },
};
