/** Incidents a page at a time, for whoever looks at all of them: a hundred thousand needn't be in memory at once. */
import type { IncidentEntry, Store } from './port.ts';

const PAGE = 500;

/** Highest number first; `all`: not only open ones. The last page may be empty. Rejects as `store.incidents` does. */
export async function* incidentPages(
  store: Pick<Store, 'incidents'>,
  { all = false }: { all?: boolean } = {},
): AsyncGenerator<IncidentEntry[], void> {
  let before: number | undefined;
  for (;;) {
    const page = await store.incidents({
      limit: PAGE,
      ...(all ? {} : { open: true }),
      ...(before === undefined ? {} : { before }),
    });
    yield page;
    before = page.at(-1)?.number;
    if (page.length < PAGE) return;
  }
}
