/** `relay service key NAME`: another key; the one before stays valid until the next change. */
import type { Edited, ServiceJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { notYetLine } from '../render/edited.ts';
import { renderService } from '../render/service.ts';
import { actorOf, show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const path = `/v1/services/${encodeURIComponent(id)}/key`;
    const service = await client.post<Edited<ServiceJson>>(path, { by: actorOf(values, io.env) });
    show(io, values, service, () => {
      return `${renderService(service)}\nThe key before stays valid until the next change.\n${notYetLine(service)}`;
    });
    return 0;
  },
};
