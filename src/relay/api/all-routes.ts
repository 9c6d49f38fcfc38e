/** Every call of the control API: what the server serves, and what it tells others that it serves. */
import type { Core } from './core.ts';
import { backupRoutes } from './routes/backup.ts';
import { clusterRoutes } from './routes/cluster.ts';
import { groupRoutes } from './routes/groups.ts';
import { heartbeatRoutes } from './routes/heartbeats.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { maintenanceRoutes } from './routes/maintenance.ts';
import { messageRoutes } from './routes/messages.ts';
import { oncallRoutes } from './routes/oncall.ts';
import { openapiRoute } from './routes/openapi.ts';
import { overviewRoutes } from './routes/overview.ts';
import { pageRoutes } from './routes/page.ts';
import { peopleRoutes } from './routes/people.ts';
import { policyRoutes } from './routes/policies.ts';
import { rosterFileRoutes } from './routes/roster-file.ts';
import { ruleRoutes } from './routes/rules.ts';
import { rotationRoutes } from './routes/rotations.ts';
import { sendRoutes } from './routes/send.ts';
import { serviceRoutes } from './routes/services.ts';
import { storeRoutes } from './routes/store.ts';
import { tailRoutes } from './routes/tail.ts';
import type { Route } from './table/route.ts';
import type { Tails } from './tail.ts';

/** The table. */
export function allRoutes(core: Core, tails: Tails): Route[] {
  const routes = [
    ...overviewRoutes(core),
    ...incidentRoutes(core),
    ...messageRoutes(core),
    ...sendRoutes(core),
    ...pageRoutes(core),
    ...tailRoutes(tails),
    ...oncallRoutes(core),
    ...rotationRoutes(core),
    ...policyRoutes(core),
    ...groupRoutes(core),
    ...maintenanceRoutes(core),
    ...peopleRoutes(core),
    ...serviceRoutes(core),
    ...heartbeatRoutes(core),
    ...rosterFileRoutes(core),
    ...ruleRoutes(core),
    ...clusterRoutes(core),
    ...storeRoutes(core),
    ...backupRoutes(core),
  ];
  return [...routes, ...openapiRoute(routes)];
}
