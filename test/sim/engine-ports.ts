/** Small ports that every simulated process gets: who is on call, ids from its own stream, a log that is part of the life's lines. */
import { DutyCache } from '../../src/relay/daemon/duty.ts';
import type { EngineParts } from '../../src/relay/engine/engine-parts.ts';
import type { Ids, Log, Problems } from '../../src/relay/engine/ports.ts';
import { groupedBy } from '../../src/relay/events/groups.ts';
import type { AlertEvent } from '../../src/relay/events/types.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { Mutation } from './hosts.ts';
import type { Prng } from './prng.ts';

export const NO_PROBLEMS: Problems = { raise: () => undefined, clear: () => undefined };

/** Who is on call, as the daemon asks. */
export function dutyOf(roster: () => Roster, mutation: Mutation): EngineParts['duty'] {
  const cache = new DutyCache(roster, () => [], 'UTC');
  const asked: EngineParts['duty'] = (service, atMs, question) => cache.at(service, atMs, question);
  return mutation.duty?.(asked, roster) ?? asked;
}

/** What an event becomes at the door, as the daemon has it. */
export function groupedOf(roster: () => Roster, mutation: Mutation): (event: AlertEvent) => AlertEvent {
  const keyed = (event: AlertEvent): AlertEvent => groupedBy(roster(), event);
  return mutation.grouped?.(keyed) ?? keyed;
}

export function idsOf(life: string, draw: Prng): Ids {
  let ops = 0;
  return {
    op: () => {
      ops += 1;
      // As long as a uuid, so that states are as large as in real life.
      return `${life}-${ops}`.padStart(36, '0');
    },
    chance: () => draw.next(),
  };
}

export function logOf(write: (text: string) => void): Log {
  const said = (fields: Record<string, unknown>, text: string): void => {
    const { err } = fields;
    const error = err instanceof Error ? `: ${err.message}` : '';
    const about = fields['aggregate'] ?? fields['row'] ?? fields['message'] ?? '';
    write(`log ${typeof about === 'string' ? about : ''} ${text}${error}`);
  };
  return { info: said, warn: said, error: said };
}
