/** `relay incidents`: the open ones, or with --all every one that is kept. */
import type { IncidentJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { renderIncidents } from '../render/incidents.ts';
import { widthFor } from '../render/layout.ts';
import { styleFor } from '../render/style.ts';
import { flagOf, show } from './values.ts';

export const quick: QuickCommand = {
  flags: { all: { type: 'boolean' } },
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const all = flagOf(values, 'all');
    const client = await connect(values, io);
    const incidents = await client.get<IncidentJson[]>(all ? '/v1/incidents?all=1' : '/v1/incidents');
    show(io, values, incidents, () => {
      if (incidents.length === 0) return all ? 'No incidents yet.\n' : 'No open incidents.\n';
      return renderIncidents(incidents, styleFor(io), widthFor(io), Date.now());
    });
    return 0;
  },
};
