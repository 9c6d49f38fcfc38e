/** What an entry of the vocabulary is. Types only. */
import type { Severity } from '../../types.ts';

/**
 * Where a word must stand to be taken as a state:
 * - `any`: anywhere
 * - `state`: first, last, in brackets, before a colon, after "is" or an arrow
 * - `type`: first, in brackets, before a colon, after an arrow: where monitors put a notification's type
 * - `head`: in brackets, before a colon, after an arrow
 */
export type Place = 'any' | 'state' | 'type' | 'head';

export interface Meaning {
  state: 'problem' | 'recovery' | 'neither';
  place: Place;
  /** Of a recovery: what it is when it is turned round ("not reachable"). */
  severity: Severity;
  /** Of a recovery or a notice: it yields to any problem in the same line ("completed with errors"). */
  weak?: boolean;
  /** Of a problem: it says only that there is something to say ("alert"). */
  generic?: boolean;
  /** Of a recovery: only of such a thing, since a backup that has started hasn't succeeded, and a connected stick is news. */
  of?: 'service' | 'link';
  /** It says what it is about as well, and stays in a key. */
  kept?: boolean;
  /** What it is about, for a key: the end of it is about the same ("on battery", "on line power"). */
  topic?: string;
}

/** Words and phrases of one meaning, with commas between them. */
export interface Entry extends Meaning {
  words: string;
}
