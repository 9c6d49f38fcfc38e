/** Rolls relay: link, restart, wait until it is well. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PLACES } from '../places.ts';
import { startedWithOf } from '../plan/unit-changes.ts';
import { HostError } from '../ssh/port.ts';
import { type Expected, type Health, lookAtAll, notWell, safeWithout } from './health.ts';
import { linkRelease } from './releases.ts';
import type { Roller } from './rolling.ts';
import { changeUnit } from './units.ts';
import type { HostWork } from './work.ts';

/** A test input is sent once a minute. */
const WELL_WITHIN_MS = 240_000;
const LOOK_EVERY_MS = 3_000;

/** `works`: all hosts that answer. */
export function relayRoller(works: readonly HostWork[]): Roller {
  const before = new Map<string, Health | null>();
  const workOf = (host: string): HostWork => {
    const one = works.find((work) => work.host.name === host);
    if (one === undefined) throw new HostError(host, 'find it', null, 'not among the hosts that answered');
    return one;
  };
  const whyNotWell = async (expected: Expected): Promise<string | null> => {
    const self = works.filter(({ host }) => host.name === expected.host);
    const own = (await lookAtAll(self)).get(expected.host) ?? null;
    if (own === null) return "it can't be asked";
    const why = notWell(expected, own, new Map());
    if (why !== null) return why;
    // The others are asked only now: they have alerts to take while this one is away.
    return notWell(expected, own, await lookAtAll(works.filter((one) => !self.includes(one))));
  };
  return {
    notSafe: async (host) => {
      const { why, healths } = await safeWithout(works, host);
      before.set(host, healths.get(host) ?? null);
      return why;
    },
    change: async (host, version, say) => {
      const one = workOf(host);
      await linkRelease(one.remote, 'relay', version);
      const unit = one.desired.units.find(({ name }) => name === PLACES.relay.unit);
      // Where its files aren't those of the plan, apply has still to restart it for them.
      const isAsPlanned =
        unit !== undefined && !one.plan.files.some(({ path }) => unit.restartsOn.includes(path));
      say('drains and restarts');
      await changeUnit(one.remote, {
        name: PLACES.relay.unit,
        action: 'restart',
        because: [PLACES.relay.current],
        startedWith: isAsPlanned
          ? startedWithOf(unit, one.desired, { ...one.targets, relay: version })
          : null,
      });
    },
    isWell: async (host, version, say) => {
      const self = before.get(host)?.told?.hosts.find(({ name }) => name === host);
      const expected = {
        host,
        version,
        lifeBefore: self?.life ?? null,
        canary: self?.canaryAgeSeconds !== null && self !== undefined,
      };
      const until = performance.now() + WELL_WITHIN_MS;
      let told = '';
      for (;;) {
        const why = await whyNotWell(expected);
        if (why === null) return;
        if (why !== told) say(`waits: ${why}`);
        told = why;
        if (performance.now() > until) {
          throw new HostError(host, `wait until ${version} is well`, null, why);
        }
        await sleep(LOOK_EVERY_MS);
      }
    },
  };
}
