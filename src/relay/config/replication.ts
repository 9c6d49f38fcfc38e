/** Whether replicas are laid out so that the store outlives the loss of any one datacenter. */

/** Replicas by datacenter, as `store.cassandra.replication`. */
export type Replication = Record<string, number>;

const total = (replication: Replication): number =>
  Object.values(replication).reduce((sum, count) => sum + count, 0);

/** One replica in all: fine to try Relay on, and no more than that. */
export const isSingleReplica = (replication: Replication): boolean => total(replication) === 1;

/** What is wrong with it, in words; null: QUORUM is still reached whichever datacenter goes. A single replica may be. */
export function replicationProblem(replication: Replication): string | null {
  const count = total(replication);
  if (count === 1) return null;
  const quorum = Math.floor(count / 2) + 1;
  const fatal = Object.entries(replication).find(([, held]) => count - held < quorum);
  if (fatal === undefined) return null;
  const [datacenter, held] = fatal;
  return (
    `replicas laid out so that no datacenter is needed, such as dc-a: 2, dc-b: 2, dc-c: 1 (without ${datacenter} ` +
    `${count - held} of ${count} would be left, and QUORUM is ${quorum})`
  );
}
