/** `relay oncall handoff`: tells who comes on call and who goes, where that is due; for cron(8) and timers. */
import type { HandedOverJson, HandoffJson } from '../../relay/api/handoff-wire.ts';
import { showTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { flagOf, show } from './values.ts';

export const quick: QuickCommand = {
  flags: { quiet: { type: 'boolean', short: 'q' } },
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const done = await client.post<HandedOverJson>('/v1/oncall/handoff', {});
    const isSilent = flagOf(values, 'quiet') && done.handed.length + done.skipped.length === 0;
    if (!isSilent) show(io, values, done, () => render(done));
    return 0;
  },
};

function render({ handed, skipped, holders }: HandedOverJson): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const time = (iso: string): string => showTime(Date.parse(iso), Date.now(), zone);
  const words = ({ rotation, from, to, at }: HandoffJson): string =>
    `${rotation}: from ${from ?? 'nobody'} to ${to ?? 'nobody'}, ${time(at)}`;
  const lines = [
    ...handed.map((one) => `Handed over ${words(one)}`),
    ...skipped.map((one) => `Nobody is told any more of ${words(one)}: that was over a day ago`),
  ];
  if (lines.length === 0) {
    lines.push(holders.length === 0 ? 'There is no rotation.' : 'Nothing is to be handed over.');
    lines.push(
      ...holders.map((one) => `${one.rotation}: ${one.person ?? 'nobody'} since ${time(one.since)}`),
    );
  }
  return `${lines.join('\n')}\n`;
}
