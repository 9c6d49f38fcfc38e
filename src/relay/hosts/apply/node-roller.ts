/** Rolls Cassandra: one node at a time, and only while all others are up. */
import { PLACES } from '../places.ts';
import { startedWithOf } from '../plan/unit-changes.ts';
import { HostError } from '../ssh/port.ts';
import { allSee, takesClients, whoMisses } from './node-state.ts';
import { linkRelease } from './releases.ts';
import type { Roller } from './rolling.ts';
import { changeUnit } from './units.ts';
import type { HostWork } from './work.ts';

/** `works`: all hosts of the cluster. */
export function nodeRoller(works: readonly HostWork[]): Roller {
  const workOf = (host: string): HostWork => {
    const one = works.find((work) => work.host.name === host);
    if (one === undefined) throw new HostError(host, 'find it', null, 'not among the hosts that answered');
    return one;
  };
  const addresses = works.map(({ host }) => host.address);
  return {
    notSafe: async (host) => {
      const others = works.filter((one) => one.host.name !== host);
      return whoMisses(
        others.map(({ remote }) => remote),
        others.map((one) => one.host.address),
      );
    },
    change: async (host, version, say) => {
      const one = workOf(host);
      await linkRelease(one.remote, 'cassandra', version);
      const unit = one.desired.units.find(({ name }) => name === PLACES.cassandra.unit);
      const isAsPlanned =
        unit !== undefined && !one.plan.files.some(({ path }) => unit.restartsOn.includes(path));
      say('writes everything out and restarts');
      await changeUnit(one.remote, {
        name: PLACES.cassandra.unit,
        action: 'restart',
        because: [PLACES.cassandra.current],
        startedWith: isAsPlanned
          ? startedWithOf(unit, one.desired, { ...one.targets, cassandra: version })
          : null,
      });
    },
    isWell: async (host, _version, say) => {
      await takesClients(workOf(host).remote);
      await allSee(
        works.map(({ remote }) => remote),
        addresses,
        say,
      );
    },
  };
}
