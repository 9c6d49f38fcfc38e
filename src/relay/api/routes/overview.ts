/** What `relay` alone and `relay status` show. */
import type { FastifyInstance } from 'fastify';
import type { IncidentBody } from '../../incidents/rows.ts';
import type { Core } from '../core.ts';
import { oncallAt } from '../oncall-view.ts';
import type { OverviewJson } from '../wire.ts';

/** The overview names the newest; how many there are stands in status.open, and `relay incidents` lists them all. */
const OVERVIEW_INCIDENTS = 50;

export function overviewRoutes(app: FastifyInstance, core: Core): void {
  app.get('/v1/status', () => core.status());

  app.get('/v1/overview', async (): Promise<OverviewJson> => {
    const [entries, status] = await Promise.all([
      core.store.incidents({ open: true, limit: OVERVIEW_INCIDENTS }),
      core.status(),
    ]);
    return {
      incidents: entries.map((entry) => entry.body as IncidentBody),
      oncall: oncallAt(core, core.nowMs()),
      status,
    };
  });
}
