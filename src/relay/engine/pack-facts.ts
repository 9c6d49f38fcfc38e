/** Whether anything is open of what messages of packs told of: a bare answer must not pass over it (rule 9). */
import type { MessageRow } from '../notifications/rows.ts';
import type { ReplyFacts, Shown } from '../notifications/types.ts';
import type { Row, Store } from '../store/port.ts';
import { factsOf, personOf } from './incident-facts.ts';
import { queuedAsks } from './queued-asks.ts';

/** Incidents read at a time; mostly the first ones say. */
const READ_AT_ONCE = 60;

/** By code; a message of which it is known that nothing is open is left out. Rejects as the store does. */
export async function openOfPacks(
  store: Store,
  key: string,
  messages: readonly MessageRow[],
  unwritten: ReadonlyMap<string, Row>,
): Promise<ReplyFacts['packs']> {
  const found = new Map<number, Shown | null>();
  for (const message of messages) {
    if (message.packs === undefined || message.packsOver === true) continue;
    found.set(message.code, await firstOpen(store, key, message.packs, unwritten));
  }
  return found;
}

async function firstOpen(
  store: Store,
  key: string,
  packs: NonNullable<MessageRow['packs']>,
  unwritten: ReadonlyMap<string, Row>,
): Promise<Shown | null> {
  for (const { from, to, severity } of packs) {
    for (let at = from; at < to; at += READ_AT_ONCE) {
      const range = { from: at, to: Math.min(to, at + READ_AT_ONCE) };
      const read = await queuedAsks(store, key, range, unwritten);
      const asks = read.map(({ ask }) => ask).filter((ask) => ask.severity === severity);
      const facts = await factsOf(store, personOf(key), asks);
      const open = asks.find((ask) => facts.get(ask.number)?.status === 'triggered');
      if (open !== undefined) return open;
    }
  }
  return null;
}
