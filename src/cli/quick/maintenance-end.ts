/** `relay maintenance end NAME` and `remove NAME`. */
import type { MaintenanceEdit } from '../../relay/api/routes/maintenance.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { notYetLine } from '../render/edited.ts';
import { clean } from '../render/style.ts';
import { hereZone } from './edit-call.ts';
import { actorOf, show } from './values.ts';

/** The command that takes a window away, for now or for good. */
const taking = (verb: 'end' | 'remove'): QuickCommand => ({
  flags: { as: { type: 'string' } },
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const path = `/v1/maintenance/${encodeURIComponent(id)}/${verb}`;
    const done = await client.post<MaintenanceEdit>(path, {
      zone: hereZone(),
      by: actorOf(values, io.env),
    });
    show(io, values, done, () => `${clean(done.text)}\n${notYetLine(done)}`);
    return 0;
  },
});

export const quick = taking('end');
export const remove = taking('remove');
