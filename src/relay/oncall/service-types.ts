/** Services, as the roster has them. Types only. */

/** What alerts are about. */
export interface Service {
  id: string;
  policy: string;
  /** SHA-256 in hex of each live routing key; two may live during a change. Never the key itself. */
  keyHashes: string[];
  /**
   * An acknowledged incident resolves itself so long after the last of its alerts; null: never. Absent: only what no
   * source ever calls well again, after the time that its reader knows.
   */
  autoResolveMs?: number | null;
  /** Names of labels: alerts that have the same values are members of one incident. Absent: each is its own. */
  groupBy?: string[];
  /** When it is held open instead of told again; null: never. Absent: 4 openings in 30 min, 15 min steady. */
  flapping?: Flapping | null;
}

/** Opened so often within so long, an incident is held open until it has been well for so long. */
export interface Flapping {
  opens: number;
  withinMs: number;
  steadyMs: number;
}
