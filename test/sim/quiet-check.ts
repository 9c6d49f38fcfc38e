/** Quiet hours, held against what people said themselves: who isn't told yet because of them, and whom they don't spare. */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { Ask } from '../../src/relay/engine/effects.ts';
import { QUEUED, queueKey } from '../../src/relay/notifications/rows.ts';
import type { ResponderState, Way } from '../../src/relay/notifications/types.ts';
import { lastsUntilMs } from '../../src/relay/oncall/hours-at.ts';
import type { Person, Roster } from '../../src/relay/oncall/types.ts';

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

/** Clocks of hosts may be so far from the true time, also without faults. */
const CLOCK_MS = 2_000;

/** S18: a phone that rings by this step about what must not wake its owner now, in words; null: none does. */
export function ringsInQuiet(
  before: ResponderState | null,
  after: ResponderState,
  person: Person | undefined,
  { atMs, zone }: { atMs: number; zone: string },
): string | null {
  const { quiet } = person ?? {};
  if (quiet === undefined) return null;
  const isQuiet = [atMs - CLOCK_MS, atMs + CLOCK_MS].every(
    (ms) => (lastsUntilMs(quiet.during, person?.zone ?? zone, ms) ?? ms) > ms,
  );
  if (!isQuiet) return null;
  const known = new Set([
    ...(before?.messages ?? []).map((one) => one.row.code),
    ...(before?.tells ?? []).flatMap(({ ways }) => ways.map((way) => way.code)),
  ]);
  for (const { ask, ways } of after.tells) {
    if ((quiet.except ?? ['critical']).includes(ask.severity)) continue;
    const ringing = ways.find(
      (way) => way.channel !== 'email' && way.code !== undefined && !known.has(way.code),
    );
    if (ringing !== undefined)
      return `${ringing.channel} to ${person?.id} about #${ask.number} (${ask.severity}) in their quiet hours`;
  }
  return null;
}
