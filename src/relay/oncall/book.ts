/** The roster as the daemon holds it: the current version, kept fresh, and edits that refuse a stale base. */
import type { Roster } from './types.ts';

export interface RosterBook {
  /** The newest version this host knows; at most 10 s old (rule 16). */
  current(): Roster;
  /**
   * Applies a pure edit to the latest roster and commits it as the next version. Retries on conflict with the new
   * base. Rejects with RosterError when the edit refuses. Resolves with the new roster. `text`, asked for after the
   * change, is what says the new roster: it is kept with the version, which is made even when only the text is new.
   */
  edit(by: string, change: (roster: Roster) => Roster, text?: () => RosterText): Promise<Roster>;
  /** Hosts that had not read the last edit made here when it returned (rule 16); they follow within seconds. */
  behind(): readonly string[];
}

/** A text that was applied. */
export interface RosterText {
  text: string;
  /** The roster as the text says it, with overrides and absences that were over already. */
  said: Roster;
}

/** One version there was. */
export interface RosterVersion {
  roster: Roster;
  by: string;
  atMs: number;
}

/** What was before; old versions go after the retention. Each rejects as the store's `rows` does. */
export interface RosterHistory {
  /** The newest first. */
  versions(limit: number): Promise<RosterVersion[]>;
  version(version: number): Promise<RosterVersion | null>;
  /** The text that was applied last, up to a version; null: none is kept. */
  textAt(version: number): Promise<(RosterText & { version: number }) | null>;
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
