/** What a reply may be about, read from the responder's own rows: the message it names, and what was sent to its contact. */
import { MESSAGE, messageKey, type MessageRow } from '../notifications/rows.ts';
import type { ReplyFacts } from '../notifications/types.ts';
import type { Row, Store } from '../store/port.ts';
import type { ResponderInput } from './effects.ts';

/** Messages to one contact that are looked at; each names incidents that must be read too. */
const RECENT_MESSAGES = 300;
const PAGE_ROWS = 500;
/** Answers, and what went by other ways, lie between them. */
const MOST_PAGES = 10;

/** `unwritten`: rows of the commit under way. */
export async function replyFacts(
  store: Store,
  key: string,
  input: Pick<Extract<ResponderInput, { kind: 'reply' }>, 'command' | 'contact'>,
  unwritten: ReadonlyMap<string, Row>,
): Promise<ReplyFacts> {
  // What became of a message in this very commit counts, and must not be written over with what it was before.
  const latest = (row: Row): MessageRow => (unwritten.get(`${MESSAGE}/${row.key}`) ?? row).body as MessageRow;
  const { code, scope } = input.command;
  const named = code === null ? null : await messageWithCode(store, key, code, unwritten);
  if (code !== null && scope === 'message') return { named, recent: [], more: false };
  const recent: MessageRow[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const rows = await store.rows(key, MESSAGE, {
      reverse: true,
      limit: PAGE_ROWS,
      ...(after === undefined ? {} : { after }),
    });
    for (const row of rows) {
      const message = latest(row);
      if (message.purpose !== 'incident' || message.to !== input.contact) continue;
      if (recent.length === RECENT_MESSAGES) return { named, recent, more: true };
      recent.push(message);
    }
    if (rows.length < PAGE_ROWS) return { named, recent, more: false };
    after = rows.at(-1)?.key;
  }
  return { named, recent, more: true };
}

/** The message with that code, as the commit under way leaves it; null when there is none. */
export async function messageWithCode(
  store: Store,
  key: string,
  code: number,
  unwritten: ReadonlyMap<string, Row>,
): Promise<MessageRow | null> {
  const known = unwritten.get(`${MESSAGE}/${messageKey(code)}`);
  if (known !== undefined) return known.body as MessageRow;
  const [row] = await store.rows(key, MESSAGE, { prefix: messageKey(code), limit: 1 });
  return row === undefined ? null : (row.body as MessageRow);
}
