/** What goes over the control API about handoffs. Types only. */

/** A rotation has gone from one person to another; null: nobody. */
export interface HandoffJson {
  rotation: string;
  from: string | null;
  to: string | null;
  at: string;
}

/** What a look has done. */
export interface HandedOverJson {
  /** Both people are told. */
  handed: HandoffJson[];
  /** Over a day ago when they were found: nobody is told. */
  skipped: HandoffJson[];
  /** Who was found on call in each rotation, and since when that has been known. */
  holders: { rotation: string; person: string | null; since: string }[];
}
