/** `relay incident show N`: every decision with its reason, and every message. */
import type { IncidentDetailJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { renderIncident } from '../render/incident.ts';
import { widthFor } from '../render/layout.ts';
import { styleFor } from '../render/style.ts';
import { incidentNumber, show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([number], values, io) {
    const path = `/v1/incidents/${incidentNumber(number)}`;
    const client = await connect(values, io);
    const incident = await client.get<IncidentDetailJson>(path);
    show(io, values, incident, () => renderIncident(incident, styleFor(io), widthFor(io), Date.now()));
    return 0;
  },
};
