/** The answer to an edit of the roster. */
import type { Core } from './core.ts';
import type { Edited } from './wire.ts';

/** With the hosts that don't have the edit yet. */
export const edited = <T extends object>(made: T, { roster }: Pick<Core, 'roster'>): Edited<T> => ({
  ...made,
  notYetOn: roster.behind(),
});
