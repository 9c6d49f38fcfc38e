/** Every promise of the store port, for whichever engine: one suite, so that engines can't differ. */
import { describe } from 'vitest';
import { clusterPromises } from './store/cluster.ts';
import { commitPromises } from './store/commits.ts';
import { incidentPromises } from './store/incidents.ts';
import { journalPromises } from './store/journal.ts';
import { journalWalkPromises } from './store/journal-walks.ts';
import { opener } from './store/opened.ts';
import type { Capabilities, Open } from './store/opened.ts';
import { programPromises } from './store/programs.ts';
import { portionPromises } from './store/purge-portions.ts';
import { purgePromises } from './store/purge.ts';
import { rowPromises } from './store/rows.ts';
import { timerPromises } from './store/timers.ts';

/** What the suite is told of an engine. */
export interface Engine {
  /** Gives a new, empty store each time, with `nowMs` of store/samples.ts as its clock. */
  open: Open;
  capabilities: Capabilities;
}

/** Declares the suite for one engine. */
export function storeContract(name: string, { open, capabilities }: Engine): void {
  describe(`${name} keeps the store's promises`, () => {
    const fresh = opener(open);
    describe('journal', () => journalPromises(fresh, capabilities));
    describe('journal walks', () => journalWalkPromises(fresh, capabilities));
    describe('commits', () => commitPromises(fresh, capabilities));
    describe('keyed rows', () => rowPromises(fresh));
    describe('timers', () => timerPromises(fresh, capabilities));
    describe('incidents', () => incidentPromises(fresh));
    describe('several hosts', () => clusterPromises(fresh));
    describe('purge', () => purgePromises(fresh));
    if (capabilities.exactPurge) describe('purge in portions', () => portionPromises(fresh));
    describe('any program', () => programPromises(fresh, capabilities));
  });
}
