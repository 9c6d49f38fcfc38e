/** What can be said to a sender, from what is known of where the rows are (rule 12). Pure. */

export interface Facts {
  /** `unfit`: the store can't take these rows, and won't. */
  store: 'pending' | 'durable' | 'failed' | 'unfit';
  disk: 'pending' | 'kept' | 'failed';
  peers: {
    /** Some may still answer. */
    asking: boolean;
    /** How many have the rows on their disks. */
    onDisk: number;
    /** One of them brought the rows into the journal. */
    inJournal: boolean;
  };
  /** There are other hosts; else the one disk is all that was ever promised. */
  clustered: boolean;
  /** The store has failed before: it isn't waited for where a disk would do. */
  down: boolean;
  /** The sender has waited long enough. */
  late: boolean;
}

/** `spooled`: on disks that suffice; `one-disk`: on a single one, the last resort; `refused`: nothing is promised. */
export type Verdict = 'wait' | 'journal' | 'spooled' | 'one-disk' | 'refused';

/** For rows that the store hasn't taken at once. */
export function verdictOn(facts: Facts): Verdict {
  const { store, disk, peers, clustered, down, late } = facts;
  if (store === 'durable') return 'journal';
  // Whoever keeps them could never get rid of them again.
  if (store === 'unfit') return 'refused';
  if (peers.inJournal) return 'spooled';
  const disks = peers.onDisk + (disk === 'kept' ? 1 : 0);
  if (disks >= 2 || (disks === 1 && !clustered)) return 'spooled';
  const storeMayDo = store === 'pending' && !(down && disks === 1);
  if (!late && (disk === 'pending' || peers.asking || storeMayDo)) return 'wait';
  return disks === 1 ? 'one-disk' : 'refused';
}
