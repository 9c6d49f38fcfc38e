/** The phases that put things on hosts, in the order of `apply`. */
import { changeUnit } from './units.ts';
import { installPackages, makeFolders, makeUsers } from './accounts.ts';
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
  hosts: where(({ plan }) => plan.users.length + plan.folders.length > 0),
  atOnce: 5,
  run: async ({ remote, plan, desired }) => {
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

/** Of all units but those that `later` sees to, which need an order over all hosts. */
export const units = (later: readonly string[]): Phase => {
  const of = ({ plan }: HostWork): HostWork['plan']['units'] =>
    plan.units.filter(({ name, action }) => action !== 'stop' && !later.includes(name));
  return {
    name: 'units',
    hosts: where((one) => of(one).length > 0),
    atOnce: 5,
    run: async (one, _work, say) => {
      for (const unit of of(one)) {
        say(`${unit.action} ${unit.name}`);
        await changeUnit(one.remote, unit);
      }
    },
  };
};
