/** One host: what should be against what is. */
import type { DesiredFolder, Facts, FoundFile } from '../types.ts';
import type { HostDesired } from './desired.ts';
import { fileChanges, octal } from './file-changes.ts';
import type { HostPlan, Product, ReleaseChange, Targets } from './types.ts';
import { unitChanges } from './unit-changes.ts';

export interface HostQuestion {
  host: string;
  facts: Facts;
  desired: HostDesired;
  targets: Targets;
  /** See HostPlan. */
  firewall: string | null;
}

/** All differences of one host. Pure. */
export function hostPlan({ host, facts, desired, targets, firewall }: HostQuestion): HostPlan {
  const releases = (['relay', 'cassandra'] as const).flatMap((product) =>
    releaseChange(product, targets[product], facts),
  );
  const files = fileChanges(desired.files, facts);
  return {
    host,
    packages: desired.packages.filter((name) => facts.packages[name] === undefined),
    users: desired.users
      .filter(
        ({ name, groups }) =>
          !facts.users.includes(name) ||
          groups.some((group) => facts.groups?.[name]?.includes(group) !== true),
      )
      .map(({ name }) => name),
    groups: desired.groups.filter((name) => facts.groupNames?.includes(name) !== true),
    folders: desired.folders
      .filter((folder) => folderDiffers(folder, facts.files[folder.path] ?? null))
      .map(({ path }) => path),
    releases,
    files,
    units: unitChanges(desired, facts, files, targets),
    firewall,
  };
}

function releaseChange(product: Product, version: string, facts: Facts): ReleaseChange[] {
  const found = facts[product];
  const change = {
    product,
    version,
    bring: !found.present.includes(version),
    link: found.current !== version,
  };
  return change.bring || change.link ? [change] : [];
}

const folderDiffers = (folder: DesiredFolder, found: FoundFile | null): boolean =>
  found === null ||
  found.sha256 !== 'folder' ||
  octal(found.mode) !== octal(folder.mode) ||
  found.owner !== folder.owner ||
  found.group !== folder.group;

/** A host goes on with what it runs: another release comes by `upgrade`, one host after the other. */
export function targetsOf(facts: Facts, chosen: (product: Product) => string): Targets {
  const of = (product: Product): string => {
    const { current, present } = facts[product];
    return current !== null && present.includes(current) ? current : chosen(product);
  };
  return { relay: of('relay'), cassandra: of('cassandra') };
}
