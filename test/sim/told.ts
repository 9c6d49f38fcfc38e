/** Everything that a message told of: whom it names, and all of the packs behind it. */
import type { Ask } from '../../src/relay/engine/effects.ts';
import { QUEUED, queueKey, type MessageRow } from '../../src/relay/notifications/rows.ts';

interface Disk {
  aggregates: ReadonlyMap<string, { rows: ReadonlyMap<string, ReadonlyMap<string, string>> }>;
}

export type ToldOf = Pick<Ask, 'number' | 'counter'>;

/** Asks of packs that were answered before the message was claimed are among them. */
export function toldOf({ aggregates }: Disk, row: MessageRow): ToldOf[] {
  const queued = aggregates.get(`r:${row.person}`)?.rows.get(QUEUED);
  const told: ToldOf[] = [...row.members];
  for (const { from, to, severity } of row.packs ?? []) {
    for (let index = from; index < to; index += 1) {
      const json = queued?.get(queueKey(index));
      const ask = json === undefined ? null : (JSON.parse(json) as Ask | null);
      if (ask === null || ask.severity !== severity) continue;
      if (!row.members.some((one) => one.number === ask.number)) told.push(ask);
    }
  }
  return told;
}
