/** `relay maintenance list`: the windows in force, then those to come. */
import type { WindowJson } from '../../relay/api/routes/maintenance.ts';
import { showTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import type { Io, QuickCommand } from '../quick-command.ts';
import { table, widthFor } from '../render/layout.ts';
import { clean, styleFor } from '../render/style.ts';
import { hereZone } from './edit-call.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const windows = await client.get<WindowJson[]>('/v1/maintenance');
    show(io, values, windows, () => render(windows, io));
    return 0;
  },
};

function render(windows: WindowJson[], io: Io): string {
  if (windows.length === 0)
    return 'No maintenance: relay maintenance add --host db1 --for 2h --why "kernel update"\n';
  const style = styleFor(io);
  const head = ['WINDOW', 'STATE', 'FOR', 'WHY', 'BY'].map((text) => ({ text, style: style.dim }));
  const rows = windows.map((one) => [
    { text: one.id, style: style.bold },
    one.inForceUntil === null
      ? { text: one.next === null ? 'to come' : `from ${time(one.next)}` }
      : { text: `now, until ${time(one.inForceUntil)}`, style: style.yellow },
    clean(one.words),
    clean(one.why),
    clean(one.by),
  ]);
  return table([head, ...rows], widthFor(io));
}

const time = (iso: string): string => showTime(Date.parse(iso), Date.now(), hereZone());
