/** What is worth knowing of several hosts and isn't broken. Pure. */
import type { ClusterFacts } from './facts.ts';
import type { Found } from './verdict.ts';
import { counted, listed } from './words.ts';

/** chrony should keep it far below. */
const OFF_MS = 100;

/** One sentence each. */
export function notesOn(found: Found, facts: ClusterFacts): string[] {
  const { hosts, spool, quorum } = found;
  const notes: string[] = [];
  if (facts.asked === null) notes.push('found without a daemon: what only hosts know is missing');
  const newest = Math.max(...hosts.map((one) => one.rosterVersion ?? 0));
  const behind = hosts.filter(
    (one) => one.state === 'live' && one.rosterVersion !== null && one.rosterVersion < newest,
  );
  if (behind.length > 0) {
    const names = listed(behind.map(({ name }) => name));
    notes.push(`not yet at version ${newest} of the roster: ${names}; that takes seconds`);
  }
  for (const { name, info } of facts.hosts) {
    if (info?.rosterKept !== true) continue;
    notes.push(
      `${name} started without a quorum, from version ${info.rosterVersion ?? 'unknown'} of the roster as it had kept it`,
    );
  }
  const versions = new Set(hosts.flatMap(({ version }) => version ?? []));
  if (versions.size > 1) notes.push(`hosts run different versions: ${listed([...versions].sort())}`);
  for (const { name, clock } of hosts) {
    if (clock === null || !clock.trusted || Math.abs(clock.offMs) - (clock.exactMs ?? 0) <= OFF_MS) continue;
    notes.push(
      `the clock of ${name} is ${Math.round(clock.offMs)} ms off: chrony should keep it within ${OFF_MS}`,
    );
  }
  if (spool.waiting > 0 && quorum.has === true) {
    notes.push(`${counted(spool.waiting, 'accepted input')} on disks will go to the store by themselves`);
  }
  const leaving = facts.hosts.filter(({ beats, info }) => beats !== false && info?.leaving === true);
  if (leaving.length > 0)
    notes.push(`${listed(leaving.map(({ name }) => name))}: about to end, new alerts go to other hosts`);
  const draining = hosts.filter(({ mode }) => mode === 'draining').map(({ name }) => name);
  if (draining.length > 0) notes.push(`${listed(draining)}: what was paged alone is being brought together`);
  if (quorum.survivesDatacenter === false && (found.nodes ?? []).every(({ up }) => up)) {
    notes.push(
      `with this layout the loss of one datacenter ends the quorum${quorum.survivesNode === false ? ', and so does that of one node' : ''}`,
    );
  }
  return notes;
}
