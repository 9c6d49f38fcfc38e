/** What else told of the incidents of a message that was not delivered after all. */
import { TOLD, toldPrefix, type MessageRow } from '../notifications/rows.ts';
import type { Row, Store } from '../store/port.ts';
import type { ResponderInput } from './effects.ts';
import { messageWithCode } from './reply-facts.ts';

/** Messages to one person about one incident are few. */
const MESSAGES = 50;

/** Read for a receipt of failure only. Rejects as `store.rows` does. */
export async function siblingsOf(
  store: Store,
  key: string,
  input: ResponderInput,
  about: MessageRow | null,
  unwritten: ReadonlyMap<string, Row>,
): Promise<MessageRow[]> {
  if (input.kind !== 'receipt' || input.receipt.status !== 'failed' || about === null) return [];
  const codes = new Set<number>();
  for (const { number } of about.members) {
    const told = await store.rows(key, TOLD, { prefix: toldPrefix(number), limit: MESSAGES });
    for (const row of told) codes.add(Number(row.key.slice(toldPrefix(number).length)));
  }
  const rows = await Promise.all([...codes].map((code) => messageWithCode(store, key, code, unwritten)));
  return rows.filter((row) => row !== null);
}
