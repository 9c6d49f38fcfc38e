/** `relay group edit dba --add cleo --remove ana` */
import type { QuickCommand } from '../quick-command.ts';
import { hereZone, namesOf, tellEdit } from './edit-call.ts';

export const quick: QuickCommand = {
  flags: {
    people: { type: 'string', multiple: true },
    add: { type: 'string', multiple: true },
    remove: { type: 'string', multiple: true },
    as: { type: 'string' },
  },
  args: { min: 1, max: 1 },
  run: async ([id = ''], values, io) => {
    const body = {
      people: namesOf(values, 'people'),
      add: namesOf(values, 'add'),
      remove: namesOf(values, 'remove'),
      zone: hereZone(),
    };
    return tellEdit(`/v1/groups/${encodeURIComponent(id)}`, body, values, io);
  },
};
