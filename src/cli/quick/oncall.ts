/** `relay oncall`: all services, who is told now and what changes next. */
import type { OncallJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { renderOncall } from '../render/oncall.ts';
import { styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const services = await client.get<OncallJson[]>(`/v1/oncall?zone=${encodeURIComponent(zone)}`);
    show(io, values, services, () => {
      if (services.length === 0) return 'No services yet: relay service add NAME --policy POLICY\n';
      return renderOncall(services, styleFor(io), widthFor(io), Date.now(), true);
    });
    return 0;
  },
};
