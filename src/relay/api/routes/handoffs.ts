/** Handing over what is due now; the daemon does so by itself every minute. */
import type { FastifyInstance } from 'fastify';
import type { HandoffRow } from '../../engine/handoffs.ts';
import type { Core } from '../core.ts';
import type { HandedOverJson, HandoffJson } from '../handoff-wire.ts';

/** Registers /v1/oncall/handoff. */
export function handoffRoutes(app: FastifyInstance, core: Core): void {
  app.post('/v1/oncall/handoff', async (): Promise<HandedOverJson> => {
    const { handed, skipped, holders } = await core.handOver();
    return {
      handed: handed.map(handoffJson),
      skipped: skipped.map(handoffJson),
      holders: Object.entries(holders.rotations).map(([rotation, { person, atMs }]) => ({
        rotation,
        person,
        since: new Date(atMs).toISOString(),
      })),
    };
  });
}

const handoffJson = ({ rotation, from, to, atMs }: HandoffRow): HandoffJson => ({
  rotation,
  from,
  to,
  at: new Date(atMs).toISOString(),
});
