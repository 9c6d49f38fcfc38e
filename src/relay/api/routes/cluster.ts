/** What `relay cluster status` shows. */
import type { Core } from '../core.ts';
import { CLUSTER } from '../schemas/status.ts';
import { get, type Route } from '../table/route.ts';

/** The call /v1/cluster. */
export const clusterRoutes = (core: Core): Route[] => [
  get(
    '/v1/cluster',
    {
      name: 'showCluster',
      summary: 'All hosts as this one sees them; answers whatever is broken.',
      answer: CLUSTER,
    },
    () => core.cluster(),
  ),
];
