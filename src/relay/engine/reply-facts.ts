/** What a reply may be about, read from the responder's own rows: the message it names, and what was sent to its contact. */
import type { Channel } from '../events/types.ts';
import { DEGRADED_FROM } from '../notifications/codes.ts';
import { CODE_RANGES, MESSAGE, messageKey, type MessageRow } from '../notifications/rows.ts';
import type { ReplyFacts } from '../notifications/types.ts';
import type { Row, Store } from '../store/port.ts';
import type { ResponderInput } from './effects.ts';
import { openOfPacks } from './pack-facts.ts';

/** Messages to one contact that are looked at; each names incidents that must be read too. */
const RECENT_MESSAGES = 300;
const PAGE_ROWS = 500;
/** Answers, and what went by other ways, lie between them. */
const MOST_PAGES = 10;
/** Where only the answer's "2 more open" depends on it. */
const FEW: Bounds = { messages: 40, pages: 1 };
const MANY: Bounds = { messages: RECENT_MESSAGES, pages: MOST_PAGES };

interface Bounds {
  messages: number;
  pages: number;
}

const NO_PACKS: ReplyFacts['packs'] = new Map();

type Unwritten = ReadonlyMap<string, Row>;

/** `unwritten`: rows of the commit under way. */
export async function replyFacts(
  store: Store,
  key: string,
  input: Pick<Extract<ResponderInput, { kind: 'reply' }>, 'command' | 'contact'> & { channel?: Channel },
  unwritten: Unwritten,
): Promise<ReplyFacts> {
  const { code, scope } = input.command;
  const named = code === null ? null : await messageWithCode(store, key, code, unwritten);
  const bounds = code !== null && scope === 'message' ? FEW : MANY;
  // A mail's From is anybody's claim: the token in its address names the message, and that its mailbox.
  const contact = input.channel === 'email' && named !== null ? named.to : input.contact;
  const [together = NOTHING, alone = NOTHING] = await Promise.all(
    CODE_RANGES.map((range) => recentIn(store, key, range, contact, unwritten, bounds)),
  );
  const adopted = adoptedNow(unwritten, contact).filter(
    (row) => !alone.recent.some((one) => one.code === row.code),
  );
  const more = together.more || alone.more;
  const apart = [...alone.recent, ...adopted];
  const recent =
    apart.length === 0
      ? together.recent
      : [...together.recent, ...apart].sort((a, b) => b.claimedAtMs - a.claimedAtMs);
  const read = recent.slice(0, bounds.messages);
  const asksWhich = code === null && (scope === 'bare' || scope === 'last');
  return {
    named,
    recent: read,
    more: more || recent.length > bounds.messages,
    packs: asksWhich ? await openOfPacks(store, key, read, unwritten) : NO_PACKS,
  };
}

/** The message with that code, as the commit under way leaves it; null when there is none. */
export async function messageWithCode(
  store: Pick<Store, 'rows'>,
  key: string,
  code: number,
  unwritten: Unwritten,
): Promise<MessageRow | null> {
  const known = unwritten.get(`${MESSAGE}/${messageKey(code)}`);
  if (known !== undefined) return known.body as MessageRow;
  const [row] = await store.rows(key, MESSAGE, { prefix: messageKey(code), limit: 1 });
  return row === undefined ? null : (row.body as MessageRow);
}

/** The newest messages of a person, at most `limit` of each range. */
export async function newestMessages(
  store: Pick<Store, 'rows'>,
  key: string,
  limit: number,
): Promise<MessageRow[]> {
  const read = CODE_RANGES.map((range) => store.rows(key, MESSAGE, { ...range, reverse: true, limit }));
  return (await Promise.all(read)).flat().map((row) => row.body as MessageRow);
}

type Recent = Pick<ReplyFacts, 'recent' | 'more'>;
const NOTHING: Recent = { recent: [], more: false };

const isAbout = (message: MessageRow, contact: string): boolean =>
  message.purpose === 'incident' && message.to === contact;

async function recentIn(
  store: Store,
  key: string,
  range: { prefix?: string; after?: string },
  contact: string,
  unwritten: Unwritten,
  { messages, pages }: Bounds,
): Promise<Recent> {
  const recent: MessageRow[] = [];
  let from = range;
  for (let page = 0; page < pages; page += 1) {
    const rows = await store.rows(key, MESSAGE, { ...from, reverse: true, limit: PAGE_ROWS });
    for (const row of rows) {
      // What became of a message in this very commit counts, and must not be written over with what it was before.
      const message = (unwritten.get(`${MESSAGE}/${row.key}`) ?? row).body as MessageRow;
      if (!isAbout(message, contact)) continue;
      if (recent.length === messages) return { recent, more: true };
      recent.push(message);
    }
    const last = rows.at(-1)?.key;
    if (rows.length < PAGE_ROWS || last === undefined) return { recent, more: false };
    from = { ...range, after: last };
  }
  return { recent, more: true };
}

/** Messages that the commit under way adopts: the store doesn't have them yet, and they may be answered already. */
const adoptedNow = (unwritten: Unwritten, contact: string): MessageRow[] =>
  [...unwritten.values()]
    .filter((row) => row.kind === MESSAGE)
    .map((row) => row.body as MessageRow)
    .filter((message) => message.code >= DEGRADED_FROM && isAbout(message, contact));
