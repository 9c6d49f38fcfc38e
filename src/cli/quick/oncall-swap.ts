/** `relay oncall swap ana tue ben thu`: Ana's Tuesday for Ben's Thursday. */
import type { ToldJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { renderTold } from '../render/told.ts';
import { dayOf } from './days.ts';
import { meantZone } from './meant-zone.ts';
import { actorOf, flagOf, show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    rotation: { type: 'string' },
    why: { type: 'string' },
    quiet: { type: 'boolean', short: 'q' },
    as: { type: 'string' },
  },
  args: { min: 4, max: 4 },
  async run([a = '', aText = '', b = '', bText = ''], values, io) {
    const client = await connect(values, io);
    const zone = await meantZone(client, {}, textOf(values, 'rotation'));
    const nowMs = Date.now();
    const body = {
      a,
      aDay: dayOf(aText, nowMs, zone),
      b,
      bDay: dayOf(bText, nowMs, zone),
      rotation: textOf(values, 'rotation'),
      why: textOf(values, 'why'),
      quiet: flagOf(values, 'quiet'),
      zone,
      by: actorOf(values, io.env),
    };
    const told = await client.post<ToldJson>('/v1/oncall/swap', body);
    show(io, values, told, () => renderTold(told, zone));
    return 0;
  },
};
