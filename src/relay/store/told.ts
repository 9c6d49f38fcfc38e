/** Which messages told a person of an incident: by itself, or with others in a pack. */
import {
  MESSAGE,
  PACKED,
  PACK_TOLD,
  QUEUED,
  TOLD,
  messageKey,
  queueKey,
  responderKey,
  toldPrefix,
  type MessageRow,
} from '../notifications/rows.ts';
import type { Severity } from '../events/types.ts';
import type { Row, Store } from './port.ts';

/** In the order of their codes. Rejects as `store.rows` does. */
export async function messagesAbout(
  store: Pick<Store, 'rows'>,
  person: string,
  number: number,
): Promise<MessageRow[]> {
  const key = responderKey(person);
  const prefix = toldPrefix(number);
  const codes = new Set((await all(store, person, TOLD, prefix)).map(lastPart));
  for (const { body } of await all(store, person, PACKED, prefix)) {
    for (const row of await all(store, person, PACK_TOLD, `${String(body)}/`)) codes.add(lastPart(row));
  }
  const found = await Promise.all(
    [...codes]
      .toSorted((a, b) => a - b)
      .map(async (code): Promise<MessageRow[]> => {
        const [row] = await store.rows(key, MESSAGE, { prefix: messageKey(code), limit: 1 });
        return row === undefined ? [] : [row.body as MessageRow];
      }),
  );
  return found.flat();
}

/**
 * What a message told of: whom it named, and everything of the packs behind it, some of which may have been answered just
 * before it was sent. By number. Rejects as `store.rows` does.
 */
export async function toldBy(
  store: Pick<Store, 'rows'>,
  { person, members, packs = [] }: Pick<MessageRow, 'person' | 'members' | 'packs'>,
): Promise<ToldOf[]> {
  const told = new Map<number, ToldOf>(members.map((one) => [one.number, one]));
  for (const { from, to, severity } of packs) {
    for (let at = from; at < to; at += PAGE) {
      const limit = Math.min(PAGE, to - at);
      const rows = await store.rows(responderKey(person), QUEUED, {
        limit,
        ...(at === 0 ? {} : { after: queueKey(at - 1) }),
      });
      for (const { key, body } of rows) {
        // What was purged leaves its place to what came later.
        if (key >= queueKey(to)) break;
        const ask = body as (ToldOf & { severity: Severity }) | null;
        if (ask !== null && ask.severity === severity && !told.has(ask.number)) told.set(ask.number, ask);
      }
    }
  }
  return [...told.values()].toSorted((a, b) => a.number - b.number);
}

/** One incident that somebody was told of. */
export type ToldOf = Pick<MessageRow['members'][number], 'number' | 'service' | 'summary'>;

const PAGE = 200;

async function all(store: Pick<Store, 'rows'>, person: string, kind: string, prefix: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const after = rows.at(-1)?.key;
    const page = await store.rows(responderKey(person), kind, {
      prefix,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page);
    if (page.length < PAGE) return rows;
  }
}

const lastPart = ({ key }: Row): number => Number(key.slice(key.lastIndexOf('/') + 1));
