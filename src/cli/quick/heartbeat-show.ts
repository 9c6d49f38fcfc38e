/** `relay heartbeat show NAME` */
import type { HeartbeatDetailJson } from '../../relay/api/heartbeat-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { renderHeartbeat } from '../render/heartbeat.ts';
import { heartbeatPath } from '../heartbeat-edit.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const one = await client.get<HeartbeatDetailJson>(heartbeatPath(id));
    show(io, values, one, () => renderHeartbeat(one, io));
    return 0;
  },
};
