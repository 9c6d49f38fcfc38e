/** `relay service list` */
import type { ServiceJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { table, widthFor } from '../render/layout.ts';
import { styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const services = await client.get<(ServiceJson & { policy: string })[]>('/v1/services');
    show(io, values, services, () => {
      const style = styleFor(io);
      const head = ['SERVICE', 'POLICY', 'MAIL'].map((text) => ({ text, style: style.dim }));
      const rows = services.map((one) => [
        { text: one.name, style: style.bold },
        one.policy,
        one.email ?? '-',
      ]);
      return table([head, ...rows], widthFor(io));
    });
    return 0;
  },
};
