/** `relay`: open incidents, who is on call, what is broken. */
import type { OverviewJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { renderOverview } from '../render/overview.ts';
import { styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const overview = await client.get<OverviewJson>('/v1/overview');
    show(io, values, overview, () => renderOverview(overview, styleFor(io), widthFor(io), Date.now()));
    return 0;
  },
};
