/** `relay rotation show ID` */
import type { RotationJson } from '../../relay/api/oncall-wire.ts';
import { showTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import type { Io, QuickCommand } from '../quick-command.ts';
import { clean, styleFor } from '../render/style.ts';
import { hereZone } from './edit-call.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const rotation = await client.get<RotationJson>(`/v1/rotations/${encodeURIComponent(id)}`);
    show(io, values, rotation, () => render(rotation, io));
    return 0;
  },
};

function render({ id, zone, layers, now, namedBy }: RotationJson, io: Io): string {
  const style = styleFor(io);
  const who = now.person === null ? style.red('nobody') : style.bold(now.person);
  const until = now.until === null ? '' : ` until ${showTime(Date.parse(now.until), Date.now(), hereZone())}`;
  const lines = layers.map((layer, index) => {
    const when = layer.during === undefined ? 'always' : layer.during.join(', ');
    return `  layer ${index + 1}  ${layer.members.join(', ')}; ${layer.shift} each, handoff ${layer.handoff}, since ${layer.start}; ${when}\n`;
  });
  return [
    `Rotation ${style.bold(id)}, times in ${zone}\n`,
    ...lines,
    layers.length > 1 ? '  Where several cover a time, the last of them answers.\n' : '',
    `  now      ${who}${until}: ${clean(now.because)}\n`,
    `  used by  ${namedBy.length === 0 ? 'no policy: nobody is paged by it yet' : clean(namedBy.join('; '))}\n`,
  ].join('');
}
