/**
 * What stays of an aggregate must be one chain of commits, whatever any client was told: each commit's row says on which
 * op it was put, so of those that were put on the same op at once exactly one may have left its row.
 */
import type { CommitRecord } from './history.ts';

/** The row that a commit wrote: its op, and the op that it was put on ('' for none). */
export interface Link {
  op: string;
  on: string;
}

/**
 * What is wrong with an aggregate, in words: of its last op, the links that were found when nobody worked on it any
 * more, and all commits that were sent to it.
 */
export function chainFaults(
  key: string,
  last: string,
  links: readonly Link[],
  commits: readonly CommitRecord[],
): string[] {
  const faults: string[] = [];
  const after = new Map<string, Link>();
  for (const link of links) {
    const other = after.get(link.on);
    if (other !== undefined) faults.push(`${key}: ${other.op} and ${link.op} were both put on ${link.on}`);
    after.set(link.on, link);
  }
  const reached = new Set<string>();
  let op = '';
  for (let next = after.get(op); next !== undefined && !reached.has(next.op); next = after.get(op)) {
    op = next.op;
    reached.add(op);
  }
  if (op !== last) faults.push(`${key}: its rows end with ${op}, and its state is of ${last}`);
  for (const link of links) {
    if (!reached.has(link.op)) faults.push(`${key}: ${link.op} left its row, and nothing leads to it`);
  }
  const sent = new Map(commits.map((commit) => [commit.write.op, commit]));
  for (const link of links) {
    const commit = sent.get(link.op);
    if (commit === undefined) faults.push(`${key}: nobody sent ${link.op}`);
    else if (commit.expect !== link.on)
      faults.push(`${key}: ${link.op} was sent for ${commit.expect}, and says ${link.on}`);
    else if (commit.outcome === 'rejected' || commit.outcome === 'conflict')
      faults.push(`${key}: ${link.op} left its row, and its client was told: ${commit.outcome}`);
  }
  for (const { write, outcome } of commits) {
    if (outcome === 'applied' && !reached.has(write.op))
      faults.push(`${key}: ${write.op} was applied, and its row isn't there`);
  }
  return faults;
}
