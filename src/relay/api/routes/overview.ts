/** What `relay` alone and `relay status` show. */
import type { IncidentBody } from '../../incidents/rows.ts';
import type { Core } from '../core.ts';
import { oncallAt } from '../oncall-view.ts';
import { NAMES, OVERVIEW, STATUS } from '../schemas/status.ts';
import { get, type Route } from '../table/route.ts';
import type { NamesJson } from '../oncall-wire.ts';
import type { OverviewJson } from '../wire.ts';

/** The overview names the newest; how many there are stands in status.open, and `relay incidents` lists them all. */
const OVERVIEW_INCIDENTS = 50;

/** The calls /v1/status, /v1/overview and /v1/names. */
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
  get(
    '/v1/names',
    {
      name: 'listNames',
      summary: 'Every name that a command line can have, and the numbers of open incidents.',
      answer: NAMES,
    },
    async (): Promise<NamesJson> => {
      const {
        people,
        services,
        rotations = [],
        policies,
        groups = [],
        maintenance = [],
        heartbeats = [],
      } = core.roster.current();
      const entries = await core.store.incidents({ open: true, limit: OVERVIEW_INCIDENTS });
      const ids = (all: readonly { id: string }[]): string[] => all.map((one) => one.id);
      return {
        people: people.map(({ id, name }) => ({ id, name })),
        services: ids(services),
        rotations: ids(rotations),
        policies: ids(policies),
        groups: ids(groups),
        windows: ids(maintenance),
        heartbeats: ids(heartbeats),
        incidents: entries.map(({ number, body }) => ({ number, summary: (body as IncidentBody).summary })),
      };
    },
  ),
];
