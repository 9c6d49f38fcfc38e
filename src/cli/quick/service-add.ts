/** `relay service add NAME`: prints the addresses and the key, this once. */
import type { Edited, ServiceJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { notYetLine } from '../render/edited.ts';
import { renderService } from '../render/service.ts';
import { SETTING_FLAGS, settingsGiven } from '../service-settings.ts';
import { actorOf, show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: { policy: { type: 'string' }, ...SETTING_FLAGS },
  args: { min: 1, max: 1 },
  async run([id], values, io) {
    const client = await connect(values, io);
    const policy = textOf(values, 'policy');
    const body = { id, policy, ...settingsGiven(values), by: actorOf(values, io.env) };
    const service = await client.post<Edited<ServiceJson>>('/v1/services', body);
    show(io, values, service, () => renderService(service) + notYetLine(service));
    return 0;
  },
};
