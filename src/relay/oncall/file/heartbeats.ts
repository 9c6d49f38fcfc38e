/** The heartbeats that a file says: keys that it leaves out stay as they are. Pure. */
import { addWholeHeartbeat } from '../heartbeats.ts';
import type { Roster } from '../types.ts';
import type { HeartbeatSaid } from './heartbeat-fields.ts';
import type { FileProblem } from './findings.ts';
import { refusal } from './refusal.ts';

/** The roster with all heartbeats; what is wrong or worth a word goes to the two lists. */
export function builtHeartbeats(
  roster: Roster,
  base: Roster,
  said: readonly HeartbeatSaid[] | undefined,
  problems: FileProblem[],
  warnings: FileProblem[],
): Roster {
  if (said === undefined)
    return base.heartbeats === undefined ? roster : { ...roster, heartbeats: base.heartbeats };
  const owners = new Map<string, string>();
  let built: Roster = { ...roster, heartbeats: [] };
  for (const one of said) {
    const path = ['heartbeats', one.id];
    const before = base.heartbeats?.find(({ id }) => id === one.id);
    const keyHashes = one.keyHashes ?? before?.keyHashes ?? [];
    if (keyHashes.length === 0)
      warnings.push({
        path,
        on: 'key',
        text: `heartbeat ${one.id} has no key, so that nothing can report to it. Make one with: relay heartbeat key ${one.id}`,
      });
    for (const hash of keyHashes) {
      const owner = owners.get(hash);
      if (owner !== undefined)
        problems.push({
          path,
          on: 'key',
          text: `heartbeat ${one.id} has a key of ${owner}: give each its own`,
        });
      owners.set(hash, one.id);
    }
    try {
      const { paused, ...rest } = one;
      built = addWholeHeartbeat(built, { ...rest, ...(paused === true ? { paused } : {}), keyHashes });
    } catch (error) {
      const { problem, isName } = refusal(error, path, undefined);
      // A service that isn't there has been told at its own place.
      if (!isName) problems.push(problem);
    }
  }
  return built.heartbeats?.length === 0 && base.heartbeats === undefined ? roster : built;
}
