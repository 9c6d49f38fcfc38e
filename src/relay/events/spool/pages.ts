/** A whole walk over the spool, page by page; none without a spool. */
import type { Spool, SpoolWalk, SpooledRow } from './port.ts';

/** Leaving the loop early is fine; what is kept or dropped meanwhile may or may not be seen. */
export async function* pagesOf(
  spool: Spool | null,
  walk: Omit<SpoolWalk, 'after'>,
): AsyncGenerator<SpooledRow[]> {
  if (spool === null) return;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Spool['walk']>> = await spool.walk({ ...walk, after });
    yield page.items;
    after = page.next;
  } while (after !== null);
}
