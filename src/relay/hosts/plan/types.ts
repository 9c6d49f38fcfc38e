/** What a plan consists of: what is against what should be, as data. */
import type { Finding } from '../inventory/finding.ts';
import { PLACES } from '../places.ts';

export type Product = 'relay' | 'cassandra';

/** Which version of each the host shall run. */
export type Targets = Record<Product, string>;

/** The link that a unit names when a new release means a restart. */
export const CURRENT: Record<string, Product> = {
  [PLACES.relay.current]: 'relay',
  [PLACES.cassandra.current]: 'cassandra',
};

/** A tarball at hand. */
export interface Release {
  product: Product;
  version: string;
  /** On the admin's machine. */
  path: string;
  sha256: string;
}

export interface Plan {
  hosts: HostPlan[];
  findings: Finding[];
}

export interface HostPlan {
  host: string;
  packages: string[];
  users: string[];
  groups: string[];
  folders: string[];
  releases: ReleaseChange[];
  files: FileChange[];
  units: UnitChange[];
  /** How the kernel's rules differ from what they should be; null: not at all. */
  firewall: string | null;
}

export interface ReleaseChange {
  product: Product;
  version: string;
  /** It isn't there yet. */
  bring: boolean;
  /** `current` isn't it yet. */
  link: boolean;
}

export interface FileChange {
  path: string;
  action: 'make' | 'change' | 'remove';
  secret: boolean;
  /** "0640 root:relay". Null: it goes. */
  access: string | null;
  /** As it is now; null: there is none, or its access stays. */
  accessBefore: string | null;
  /** As `diff -u` prints it, without its header; null: secret, not a text, or the same. */
  diff: string | null;
}

export interface UnitChange {
  name: string;
  action: 'start' | 'restart' | 'reload' | 'enable' | 'stop';
  /** What for: paths, or words. */
  because: string[];
  /** What the host is to remember once it is done; null: nothing. */
  startedWith: string | null;
}

/** True: the host is as it should be. */
export const isDone = (plan: HostPlan): boolean =>
  plan.firewall === null &&
  [plan.packages, plan.users, plan.groups, plan.folders, plan.releases, plan.files, plan.units].every(
    (changes) => changes.length === 0,
  );
