/** `relay tail`: follow what happens; with --json one object a line. */
import type { HappeningJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { renderHappening } from '../render/happening.ts';
import { widthFor } from '../render/layout.ts';
import { styleFor } from '../render/style.ts';
import { flagOf, incidentNumber, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: { incident: { type: 'string' }, person: { type: 'string' } },
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const query = new URLSearchParams();
    const incident = textOf(values, 'incident');
    const person = textOf(values, 'person');
    if (incident !== undefined) {
      // All that is remembered about the one incident, then what comes.
      query.set('incident', String(incidentNumber(incident)));
      query.set('since', '0');
    }
    if (person !== undefined) query.set('person', person);
    const client = await connect(values, io);
    // Of what isn't there nothing would ever be told.
    if (incident !== undefined) await client.get(`/v1/incidents/${incidentNumber(incident)}`);
    if (person !== undefined) await client.get(`/v1/people/${encodeURIComponent(person)}`);
    const style = styleFor(io);
    for await (const one of await client.stream<HappeningJson>(`/v1/tail?${query.toString()}`)) {
      io.out(
        flagOf(values, 'json')
          ? `${JSON.stringify(one)}\n`
          : renderHappening(one, style, widthFor(io), Date.now()),
      );
    }
    io.err('The daemon has stopped.\n');
    return 0;
  },
};
