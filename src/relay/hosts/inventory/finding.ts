/** Something that a person should know of the hosts before, or instead of, anything being done to them. */

export interface Finding {
  /** Null: it is about all of them, or about the admin's own machine. */
  host: string | null;
  /** `refuse`: nothing is done until it is cured. `note`: nothing is wrong with it. */
  level: 'refuse' | 'warn' | 'note';
  what: string;
  /** What to do about it; empty for notes. */
  cure: string;
}
