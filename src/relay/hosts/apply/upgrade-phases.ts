/** What goes before a rolling upgrade, and who rolls what. */
import { PLACES } from '../places.ts';
import type { Product } from '../plan/types.ts';
import { quoted } from '../ssh/quoted.ts';
import { nodeRoller } from './node-roller.ts';
import { relayRoller } from './relay-roller.ts';
import { bringRelease, dropReleases } from './releases.ts';
import type { Roller, Step } from './rolling.ts';
import type { Phase, WholePhase, Work } from './work.ts';

const MIGRATE_MS = 10 * 60_000;

/** The release lies on every host before the first one changes: no upload comes between. */
export const broughtFor = (product: Product, steps: readonly Step[]): Phase => ({
  name: 'releases',
  hosts: ({ hosts }) =>
    hosts.filter(({ host, facts }) => {
      const step = steps.find((one) => one.host === host.name);
      return step !== undefined && !facts[product].present.includes(step.to);
    }),
  atOnce: 3,
  run: async (one, work, say) => {
    const release = work.releaseFor(one, product);
    say(`bringing ${product} ${release.version}`);
    const { present, current, previous } = one.facts[product];
    await dropReleases(
      one.remote,
      product,
      present.filter((version) => ![current, previous, release.version].includes(version)),
    );
    await bringRelease(one.remote, release);
  },
});

/** By the new release, before any host runs it: what it adds, the old one doesn't mind. */
export const migratedBy = (steps: readonly Step[]): WholePhase => ({
  name: 'schema',
  wanted: () => steps.length > 0,
  whole: async ({ hosts }, say) => {
    const [step] = steps;
    const one = hosts.find(({ host }) => host.name === step?.host);
    if (step === undefined || one === undefined) return;
    const { releases, config, state, user } = PLACES.relay;
    say(one.host.name, `brought up to date by ${step.to}`);
    await one.remote.run(
      `migrate the schema with ${step.to}`,
      `cd ${state}
runuser -u ${user} -- env HOME=${state} RELAY_CONFIG=${config} ${quoted(`${releases}/${step.to}/bin/relay`)} store migrate 2>&1 || {
  status=$?
  echo 'the schema could not be brought up to date; no host was changed' >&2
  exit $status
}`,
      { timeoutMs: MIGRATE_MS },
    );
  },
});

/** Who changes a host, and knows when it is well again. */
export const rollerOf = (product: Product, { hosts }: Work): Roller =>
  product === 'relay' ? relayRoller(hosts) : nodeRoller(hosts);
