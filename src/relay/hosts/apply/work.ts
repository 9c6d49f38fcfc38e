/** What phases work on, and the words they are made of. */
import type { HostPlan, Product, Release, Targets } from '../plan/types.ts';
import type { HostDesired } from '../plan/desired.ts';
import type { Remote } from '../ssh/port.ts';
import type { ClusterSecrets, Facts, HostContext, HostSpec, Inventory } from '../types.ts';

/** One host while it is worked on. */
export interface HostWork {
  host: HostSpec;
  remote: Remote;
  /** As found before the first phase. */
  facts: Facts;
  context: HostContext;
  desired: HostDesired;
  plan: HostPlan;
  targets: Targets;
}

export interface Work {
  inventory: Inventory;
  secrets: ClusterSecrets;
  hosts: HostWork[];
  /** Tarballs at hand, by the host's architecture. */
  releaseFor(one: HostWork, product: Product): Release;
  /** Contents of the files that the inventory names, by path on the admin's machine. */
  givenFiles: Record<string, Uint8Array>;
}

/** Tells what is done now. Lines are for people. */
export type Say = (line: string) => void;

export interface Phase {
  /** As progress and failures name it: "packages". */
  name: string;
  /** Hosts that it has something to do on. None: it is left out. */
  hosts(work: Work): HostWork[];
  /** How many hosts at once. */
  atOnce: number;
  /** Decides by what is, and may be done again. Rejects with HostError. */
  run(one: HostWork, work: Work, say: Say): Promise<void>;
}

/** Something that is done once over all hosts, as with a login that all nodes share. */
export interface WholePhase {
  name: string;
  wanted(work: Work): boolean;
  whole(work: Work, say: (host: string | null, line: string) => void): Promise<void>;
}

export type AnyPhase = Phase | WholePhase;
