/** The phases that put things on hosts, in the order of `apply`. */
import { changeUnit } from './units.ts';
import { installPackages, makeFolders, makeGroups, makeUsers } from './accounts.ts';
import { putFiles } from './files.ts';
import { bringRelease, linkRelease } from './releases.ts';
import type { HostWork, Phase, Work } from './work.ts';

const where =
  (wants: (one: HostWork) => boolean) =>
  ({ hosts }: Work): HostWork[] =>
    hosts.filter(wants);

export const packages: Phase = {
  name: 'packages',
  hosts: where(({ plan }) => plan.packages.length > 0),
  atOnce: 5,
  run: async ({ remote, plan }, _work, say) => {
    say(plan.packages.join(', '));
    await installPackages(remote, plan.packages);
  },
};

export const accounts: Phase = {
  name: 'users and folders',
  hosts: where(({ plan }) => plan.users.length + plan.groups.length + plan.folders.length > 0),
  atOnce: 5,
  run: async ({ remote, plan, desired }) => {
    if (plan.groups.length > 0) await makeGroups(remote, plan.groups);
    if (plan.users.length > 0) await makeUsers(remote, desired, plan.users);
    if (plan.folders.length > 0) await makeFolders(remote, desired, plan.folders);
  },
};

/** Few at once: they share the admin's way out. */
export const releases: Phase = {
  name: 'releases',
  hosts: where(({ plan }) => plan.releases.length > 0),
  atOnce: 3,
  run: async (one, work, say) => {
    for (const { product, version, bring, link } of one.plan.releases) {
      if (bring) {
        say(`bringing ${product} ${version}`);
        await bringRelease(one.remote, work.releaseFor(one, product));
      }
      if (link) await linkRelease(one.remote, product, version);
    }
  },
};

export const files: Phase = {
  name: 'files',
  hosts: where(({ plan }) => plan.files.length > 0),
  atOnce: 5,
  run: async ({ remote, plan, desired, facts }) => {
    for (const unit of plan.units.filter(({ action }) => action === 'stop')) await changeUnit(remote, unit);
    await putFiles(remote, desired, plan, facts.managed);
  },
};

/** Units by name: `only` these, or all `but` these. What stops has been stopped with its files. */
export function units(
  name: string,
  which: { only?: readonly string[]; but?: readonly string[]; atOnce?: number },
): Phase {
  const of = ({ plan }: HostWork): HostWork['plan']['units'] =>
    plan.units.filter(
      (unit) =>
        unit.action !== 'stop' &&
        (which.only?.includes(unit.name) ?? true) &&
        which.but?.includes(unit.name) !== true,
    );
  return {
    name,
    hosts: where((one) => of(one).length > 0),
    atOnce: which.atOnce ?? 5,
    run: async (one, _work, say) => {
      for (const unit of of(one)) {
        say(`${unit.action} ${unit.name}`);
        await changeUnit(one.remote, unit);
      }
    },
  };
}
