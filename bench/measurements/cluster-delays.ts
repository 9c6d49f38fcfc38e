/** From an alert to the provider's call, with datacenters as far apart as providers in one part of the world are. */
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalCluster } from '../../test/cluster/cluster.ts';
import { teamRoster } from '../../test/cluster/roster.ts';
import type { Measurement } from '../measurement.ts';
import { ClusterPages, type Sent, spread } from '../rig/cluster-pages.ts';
import { FarApart } from '../rig/far-apart.ts';

/** There and back. */
const ROUND_TRIP_MS: Record<string, number> = { 'dc-a dc-b': 40, 'dc-a dc-c': 60, 'dc-b dc-c': 50 };
const P99_MS = 1_000;
const PER_SECOND = 20;
/** First what two cores bear as well. */
const SLOWLY_PER_SECOND = 4;
const WARM_SECONDS = 10;
const SECONDS = 40;
const SINGLE = 20;
/** So long an aggregate that was fought over, or committed to often, is left to its owner. */
const LEFT_TO_OWNER_MS = 16_000;

export const clusterDelays: Measurement = {
  name: 'cluster-delays',
  goal: `alert to first provider call, ${PER_SECOND} alerts/s through five hosts with 40, 60 and 50 ms between their datacenters: p99 < ${P99_MS} ms`,
  onlyNamed: true,
  async run(say) {
    const between = new FarApart((a, b) => ROUND_TRIP_MS[[a, b].sort().join(' ')] ?? 0);
    try {
      await using cluster = await startLocalCluster({ say, between });
      const pages = new ClusterPages(cluster, await teamRoster(cluster.host(1).api));
      await pages.load(SLOWLY_PER_SECOND, WARM_SECONDS);
      await pages.idle();
      await delay(LEFT_TO_OWNER_MS);
      const single: Sent[] = [];
      for (let count = 0; count < SINGLE; count += 1) {
        single.push(...(await pages.page([cluster.host(1)])));
        await pages.idle();
      }
      say(
        `one at a time ${JSON.stringify(spread(single.map(untilCalled)))}; now ${SLOWLY_PER_SECOND} a second`,
      );
      const slowly = spread((await pages.load(SLOWLY_PER_SECOND, SECONDS)).map(untilCalled));
      say(`${JSON.stringify(slowly)}; now ${PER_SECOND} a second`);
      const sent = await pages.load(PER_SECOND, SECONDS);
      const called = spread(sent.map(untilCalled));
      const accepted = spread(sent.map(({ sentMs, acceptedMs }) => acceptedMs - sentMs));
      return {
        values: {
          ...called,
          acceptP50Ms: accepted.p50Ms,
          acceptP99Ms: accepted.p99Ms,
          singleP50Ms: spread(single.map(untilCalled)).p50Ms,
          singleAcceptP50Ms: spread(single.map(({ sentMs, acceptedMs }) => acceptedMs - sentMs)).p50Ms,
          slowlyP50Ms: slowly.p50Ms,
          slowlyP99Ms: slowly.p99Ms,
          slowlyWorstMs: slowly.worstMs,
          alerts: sent.length,
        },
        met: called.p99Ms < P99_MS,
      };
    } finally {
      await between.close();
    }
  },
};

const untilCalled = ({ sentMs, calledMs }: Sent): number => calledMs - sentMs;
