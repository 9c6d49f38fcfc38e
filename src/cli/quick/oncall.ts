/** `relay oncall [SERVICE]`: who is told now or at a time, and what changes next; of the daemon, or of a roster file. */
import type { OncallJson } from '../../relay/api/wire.ts';
import { parseTime } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickCommand, QuickValues } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { renderOncall } from '../render/oncall.ts';
import { styleFor } from '../render/style.ts';
import { show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: { at: { type: 'string' }, roster: { type: 'string' } },
  args: { min: 0, max: 1 },
  async run([service], values, io) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const nowMs = Date.now();
    const at = textOf(values, 'at');
    const atMs = at === undefined ? nowMs : parseTime(at, nowMs, zone);
    const all = await ask(values, io, { atMs: at === undefined ? null : atMs, nowMs, zone });
    const services = service === undefined ? all : all.filter((one) => one.service === service);
    if (service !== undefined && services.length === 0) {
      const known = all.map((one) => one.service).join(', ');
      throw new CliError(
        EXIT.notFound,
        `There is no service ${service}.`,
        known === '' ? 'Add one with: relay service add' : `Services are: ${known}.`,
      );
    }
    show(io, values, services, () => {
      if (services.length === 0) return 'No services yet: relay service add NAME --policy POLICY\n';
      return renderOncall(services, styleFor(io), widthFor(io), nowMs, true);
    });
    return 0;
  },
};

async function ask(
  values: QuickValues,
  io: Io,
  { atMs, nowMs, zone }: { atMs: number | null; nowMs: number; zone: string },
): Promise<OncallJson[]> {
  const file = textOf(values, 'roster');
  if (file !== undefined) {
    const { oncallFromFile } = await import('../roster/from-file.ts');
    return oncallFromFile(file, io, { atMs: atMs ?? nowMs, nowMs }, zone);
  }
  const client = await connect(values, io);
  const when = atMs === null ? '' : `&at=${new Date(atMs).toISOString()}`;
  return client.get<OncallJson[]>(`/v1/oncall?zone=${encodeURIComponent(zone)}${when}`);
}
