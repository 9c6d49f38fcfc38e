/** `relay group add dba ana ben` */
import type { QuickCommand } from '../quick-command.ts';
import { hereZone, tellEdit } from './edit-call.ts';

export const quick: QuickCommand = {
  flags: { as: { type: 'string' } },
  args: { min: 2, max: 51 },
  run: ([id, ...names], values, io) => {
    const people = names.flatMap((one) => one.split(',')).filter((one) => one !== '');
    return tellEdit('/v1/groups', { id, people, zone: hereZone() }, values, io);
  },
};
