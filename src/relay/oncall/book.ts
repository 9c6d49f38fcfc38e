/** The roster as the daemon holds it: the current version, kept fresh, and edits that refuse a stale base. */
import type { Roster } from './types.ts';

export interface RosterBook {
  /** The newest version this host knows; at most 10 s old (rule 16). */
  current(): Roster;
  /**
   * Applies a pure edit to the latest roster and commits it as the next version. Retries on conflict with the new
   * base. Rejects with RosterError when the edit refuses. Resolves with the new roster.
   */
  edit(by: string, change: (roster: Roster) => Roster): Promise<Roster>;
  /** Hosts that had not read the last edit made here when it returned (rule 16); they follow within seconds. */
  behind(): readonly string[];
}

/** An edit that can't be made; `code` decides the exit code, `cure` says what to do. */
export class RosterError extends Error {
  override name = 'RosterError';
  readonly code: 'usage' | 'not_found' | 'conflict';
  readonly cure: string | undefined;
  constructor(code: 'usage' | 'not_found' | 'conflict', message: string, cure?: string) {
    super(message);
    this.code = code;
    this.cure = cure;
  }
}
