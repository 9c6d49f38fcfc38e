/** Who isn't told yet because their quiet hours last: held against what they said themselves. */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { Ask } from '../../src/relay/engine/effects.ts';
import { QUEUED, queueKey } from '../../src/relay/notifications/rows.ts';
import type { ResponderState, Way } from '../../src/relay/notifications/types.ts';
import { lastsUntilMs } from '../../src/relay/oncall/hours-at.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';

interface Kept {
  stateJson: string;
  rows: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

interface Parts {
  aggregates: Iterable<[string, Kept]>;
  roster: Roster;
  /** Of people who have none. */
  zone: string;
  /** Long past: it should have been used. */
  isOverdue(atMs: number): boolean;
}

/** Whether somebody who is to be told of an incident has a phone that waits for the end of their quiet hours. */
export function isQuietFor(number: number, { aggregates, roster, zone, isOverdue }: Parts): boolean {
  for (const [key, { stateJson, rows }] of aggregates) {
    const person = roster.people.find((one) => `r:${one.id}` === key);
    const hours = person?.quiet?.during;
    if (hours === undefined) continue;
    const waits = ({ status, channel, atMs }: Way): boolean =>
      status === 'waiting' &&
      channel !== 'email' &&
      atMs !== undefined &&
      !isOverdue(atMs) &&
      lastsUntilMs(hours, person?.zone ?? zone, atMs - 1) === atMs;
    const { domain } = JSON.parse(stateJson) as Envelope<ResponderState>;
    if (domain.tells.some(({ ask, ways }) => ask.number === number && ways.some(waits))) return true;
    for (const { from, to, severity, ways } of domain.packs ?? []) {
      if (!ways.some(waits)) continue;
      for (let index = from; index < to; index += 1) {
        const json = rows.get(QUEUED)?.get(queueKey(index));
        const ask = json === undefined ? null : (JSON.parse(json) as Ask | null);
        if (ask?.number === number && ask.severity === severity) return true;
      }
    }
  }
  return false;
}
