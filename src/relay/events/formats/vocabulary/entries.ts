/** How the vocabularies write their entries down. */
import type { Entry } from './types.ts';

export const problem = (severity: Entry['severity'], words: string): Entry => ({
  state: 'problem',
  place: 'any',
  severity,
  words,
});
export const recovery = (words: string): Entry => ({
  state: 'recovery',
  place: 'any',
  severity: 'unknown',
  words,
});
export const generic = (words: string, place: Entry['place'] = 'any'): Entry => ({
  ...problem('unknown', words),
  generic: true,
  place,
});
/** Yields to a problem in the same line. */
export const success = (words: string): Entry => ({ ...recovery(words), weak: true });
/** Only where a state stands, since it also has other meanings; turned round ("nicht erreichbar") it is critical. */
export const state = (words: string): Entry => ({
  state: 'recovery',
  place: 'state',
  severity: 'critical',
  words,
});
/** Of a service that was stopped. */
export const started = (words: string): Entry => ({ ...state(words), weak: true, of: 'service' });
export const stateError = (words: string): Entry => ({ ...state(words), severity: 'error' });
