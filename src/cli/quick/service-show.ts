/** `relay service show ID` */
import type { ServiceDetailJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { renderOncall } from '../render/oncall.ts';
import { renderService } from '../render/service.ts';
import { styleFor } from '../render/style.ts';
import { hereZone } from './edit-call.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const zone = encodeURIComponent(hereZone());
    const service = await client.get<ServiceDetailJson>(
      `/v1/services/${encodeURIComponent(id)}?zone=${zone}`,
    );
    show(io, values, service, () => {
      const oncall = renderOncall([service.oncall], styleFor(io), widthFor(io), Date.now(), true);
      const settings: [string, string | undefined][] = [
        ['policy', service.policy],
        ['auto-resolve', service.autoResolve],
        ['group-by', service.groupBy?.join(', ')],
        ['flapping', service.flapping],
      ];
      const lines = settings.flatMap(([name, value]) =>
        value === undefined ? [] : [`  ${name.padEnd(18)}  ${value}\n`],
      );
      return `${renderService(service)}${lines.join('')}\n${oncall}`;
    });
    return 0;
  },
};
