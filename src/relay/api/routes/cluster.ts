/** What `relay cluster status` shows. */
import type { FastifyInstance } from 'fastify';
import type { Core } from '../core.ts';

export function clusterRoutes(app: FastifyInstance, core: Core): void {
  app.get('/v1/cluster', () => core.cluster());
}
