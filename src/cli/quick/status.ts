/** `relay status`: the daemon, its channels, and what is broken. */
import type { StatusJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { renderStatus } from '../render/status.ts';
import { styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const status = await client.get<StatusJson>('/v1/status');
    show(io, values, status, () => renderStatus(status, styleFor(io), widthFor(io), Date.now()));
    return 0;
  },
};
