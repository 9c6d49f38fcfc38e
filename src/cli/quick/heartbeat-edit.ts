/** `relay heartbeat edit NAME --every 12h` */
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { changeHeartbeat, HEARTBEAT_FLAGS, heartbeatGiven, heartbeatPath } from '../heartbeat-edit.ts';

export const quick: QuickCommand = {
  flags: { ...HEARTBEAT_FLAGS, as: { type: 'string' } },
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const edit = heartbeatGiven(values);
    if (Object.values(edit).every((one) => one === undefined))
      throw new CliError(
        EXIT.usage,
        `Nothing is to be changed about heartbeat ${id}.`,
        'Give --every, --grace, --service or --severity.',
      );
    return changeHeartbeat(heartbeatPath(id), edit, values, io);
  },
};
