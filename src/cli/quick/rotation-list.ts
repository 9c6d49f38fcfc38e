/** `relay rotation list` */
import type { RotationJson } from '../../relay/api/oncall-wire.ts';
import { showTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { table, widthFor } from '../render/layout.ts';
import { styleFor } from '../render/style.ts';
import { hereZone } from './edit-call.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const rotations = await client.get<RotationJson[]>('/v1/rotations');
    show(io, values, rotations, () => {
      if (rotations.length === 0)
        return 'No rotations yet: relay rotation add ops ana ben --every 1w --at 09:00 --start mon\n';
      const style = styleFor(io);
      const head = ['ROTATION', 'NOW', 'UNTIL', 'MEMBERS'].map((text) => ({ text, style: style.dim }));
      const rows = rotations.map(({ id, now, layers }) => [
        { text: id, style: style.bold },
        now.person === null ? { text: 'nobody', style: style.red } : now.person,
        now.until === null ? '' : showTime(Date.parse(now.until), Date.now(), hereZone()),
        layers.map((layer) => layer.members.join(', ')).join(' / '),
      ]);
      return table([head, ...rows], widthFor(io));
    });
    return 0;
  },
};
