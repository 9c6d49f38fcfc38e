/** Reading all rows of a kind. */
import type { AggregateKey, Row, Store } from '../store/port.ts';

const PAGE = 500;

/** Every row of a kind under a prefix, page by page. */
export async function allRows(store: Store, key: AggregateKey, kind: string, prefix: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const after = rows.at(-1)?.key;
    const page = await store.rows(key, kind, {
      prefix,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page);
    if (page.length < PAGE) return rows;
  }
}
