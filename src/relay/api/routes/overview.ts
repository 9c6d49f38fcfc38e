/** What `relay` alone and `relay status` show. */
import type { IncidentBody } from '../../incidents/rows.ts';
import type { Core } from '../core.ts';
import { oncallAt } from '../oncall-view.ts';
import { OVERVIEW, STATUS } from '../schemas/status.ts';
import { get, type Route } from '../table/route.ts';
import type { OverviewJson } from '../wire.ts';

/** The overview names the newest; how many there are stands in status.open, and `relay incidents` lists them all. */
const OVERVIEW_INCIDENTS = 50;

/** The calls /v1/status and /v1/overview. */
export const overviewRoutes = (core: Core): Route[] => [
  get(
    '/v1/status',
    { name: 'showStatus', summary: 'How this daemon is, and what is broken with its cure.', answer: STATUS },
    () => core.status(),
  ),
  get(
    '/v1/overview',
    {
      name: 'showOverview',
      summary: 'Open incidents, who is on call, and the status, in one answer.',
      answer: OVERVIEW,
    },
    async (): Promise<OverviewJson> => {
      const [entries, status] = await Promise.all([
        core.store.incidents({ open: true, limit: OVERVIEW_INCIDENTS }),
        core.status(),
      ]);
      return {
        incidents: entries.map((entry) => entry.body as IncidentBody),
        oncall: oncallAt(core, core.nowMs()),
        status,
      };
    },
  ),
];
