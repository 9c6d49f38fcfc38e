/** What is open when a rotation is handed over. */
import type { IncidentBody } from '../incidents/rows.ts';
import type { Store } from '../store/port.ts';

/** An open incident and where it lies. */
export interface Open {
  lineage: string;
  body: IncidentBody;
}

const PAGE = 500;

/** All that are open, the newest first. Rejects as the store does. */
export async function openIncidents(store: Pick<Store, 'incidents'>): Promise<Open[]> {
  const open: Open[] = [];
  let before: number | undefined;
  for (;;) {
    const entries = await store.incidents({
      open: true,
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    });
    open.push(...entries.map(({ lineage, body }) => ({ lineage, body: body as IncidentBody })));
    before = entries.at(-1)?.number;
    if (before === undefined || entries.length < PAGE) return open;
  }
}
