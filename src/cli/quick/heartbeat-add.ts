/** `relay heartbeat add NAME --every 24h --grace 1h`: prints where it reports, and its key, this once. */
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { changeHeartbeat, HEARTBEAT_FLAGS, heartbeatGiven } from '../heartbeat-edit.ts';
import { textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: { ...HEARTBEAT_FLAGS, as: { type: 'string' } },
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    if (textOf(values, 'every') === undefined)
      throw new CliError(
        EXIT.usage,
        `How often does ${id} report?`,
        `Such as: relay heartbeat add ${id} --every 24h --grace 1h`,
      );
    return changeHeartbeat('/v1/heartbeats', { id, ...heartbeatGiven(values) }, values, io);
  },
};
