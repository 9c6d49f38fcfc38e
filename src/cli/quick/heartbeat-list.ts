/** `relay heartbeat list` */
import type { HeartbeatJson } from '../../relay/api/heartbeat-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { renderHeartbeats } from '../render/heartbeat.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const all = await client.get<HeartbeatJson[]>('/v1/heartbeats');
    show(io, values, all, () => renderHeartbeats(all, io));
    return 0;
  },
};
