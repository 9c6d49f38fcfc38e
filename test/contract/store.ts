/** Every promise of the store port, for whichever engine: one suite, so that engines can't differ. */
import { describe } from 'vitest';
import { commitPromises } from './store/commits.ts';
import { incidentPromises } from './store/incidents.ts';
import { journalPromises } from './store/journal.ts';
import { opener } from './store/opened.ts';
import type { Open } from './store/opened.ts';
import { programPromises } from './store/programs.ts';
import { purgePromises } from './store/purge.ts';
import { rowPromises } from './store/rows.ts';
import { timerPromises } from './store/timers.ts';

/** Declares the suite for one engine; `open` gives a new, empty store each time. */
export function storeContract(name: string, open: Open): void {
  describe(`${name} keeps the store's promises`, () => {
    const fresh = opener(open);
    describe('journal', () => journalPromises(fresh));
    describe('commits', () => commitPromises(fresh));
    describe('keyed rows', () => rowPromises(fresh));
    describe('timers', () => timerPromises(fresh));
    describe('incidents', () => incidentPromises(fresh));
    describe('purge', () => purgePromises(fresh));
    describe('any program', () => programPromises(fresh));
  });
}
