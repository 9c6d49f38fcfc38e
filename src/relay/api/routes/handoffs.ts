/** Handing over what is due now; the daemon does so by itself every minute. */
import type { HandoffRow } from '../../engine/handoffs.ts';
import type { Core } from '../core.ts';
import type { HandoffJson } from '../handoff-wire.ts';
import { HANDED_OVER } from '../schemas/oncall.ts';
import { post, type Route } from '../table/route.ts';

/** The call /v1/oncall/handoff. */
export const handoffRoutes = (core: Core): Route[] => [
  post(
    '/v1/oncall/handoff',
    {
      name: 'handOver',
      summary: 'Hands over what is due now; done again, it changes nothing.',
      answer: HANDED_OVER,
    },
    async () => {
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
    },
  ),
];

const handoffJson = ({ rotation, from, to, atMs }: HandoffRow): HandoffJson => ({
  rotation,
  from,
  to,
  at: new Date(atMs).toISOString(),
});
