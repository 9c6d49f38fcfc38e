/** What a page costs in calls to Cassandra until the provider is called, with nobody else at it and with all hosts at it. */
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalCluster } from '../../test/cluster/cluster.ts';
import type { LocalHost } from '../../test/cluster/daemon.ts';
import { teamRoster } from '../../test/cluster/roster.ts';
import { median, type Measurement, rounded } from '../measurement.ts';
import { ClusterPages } from '../rig/cluster-pages.ts';
import { each, KINDS, type Trips, tripsOf } from '../rig/round-trips.ts';

const PAGES = 40;
/** The provider's answer comes this late, so that nothing that follows it is counted. */
const ANSWER_LATE_MS = 1_000;
const WARM_PAGES = 20;
/** So long an aggregate that was fought over, or committed to often, is left to its owner. */
const LEFT_TO_OWNER_MS = 16_000;

export const clusterPage: Measurement = {
  name: 'cluster-page',
  goal: 'calls to Cassandra from an alert until the provider is called: two conditional commits and no linearizable read when nobody else is at it',
  onlyNamed: true,
  async run(say) {
    await using cluster = await startLocalCluster({ say });
    const { hosts, standins } = cluster;
    const services = await teamRoster(cluster.host(1).api);
    const pages = new ClusterPages(cluster, services);
    for (let count = 0; count < WARM_PAGES; count += 1) await pages.page(hosts.slice(count % 5).slice(0, 1));
    await pages.idle();
    await delay(LEFT_TO_OWNER_MS);
    standins.twilio.fault = ({ kind }) =>
      kind === 'send' ? { kind: 'slow', delayMs: ANSWER_LATE_MS } : null;
    const cost = async (who: readonly LocalHost[]): Promise<Trips> => {
      const before = await tripsOf(hosts);
      const nothing = await tripsOf(hosts);
      await pages.page(who);
      const after = await tripsOf(hosts);
      await delay(ANSWER_LATE_MS);
      await pages.idle();
      // The second reading shows what the first one cost, and the third what the second did.
      return each((kind) => after[kind] - nothing[kind] - (nothing[kind] - before[kind]));
    };
    const quiet: Trips[] = [];
    for (let count = 0; count < PAGES; count += 1) quiet.push(await cost(hosts.slice(count % 5).slice(0, 1)));
    say('now each alert to all five hosts at once');
    const fought: Trips[] = [];
    for (let count = 0; count < PAGES; count += 1) fought.push(await cost(hosts));
    const usual = each((kind) => median(quiet.map((trips) => trips[kind])));
    return {
      values: { ...named('quiet', quiet), ...named('contended', fought) },
      met: usual.cas === 2 && usual['serial-read'] === 0,
    };
  },
};

/** Median and mean of each kind; the mean holds what the hosts do besides, such as signs of life. */
function named(prefix: string, costs: readonly Trips[]): Record<string, number> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const values = costs.map((trips) => trips[kind]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [
        [`${prefix} ${kind} median`, median(values)],
        [`${prefix} ${kind} mean`, rounded(mean, 2)],
      ];
    }),
  );
}
