/** What is open when a rotation is handed over. */
import type { IncidentBody } from '../incidents/rows.ts';
import type { Store } from '../store/port.ts';
import { incidentPages } from '../store/incident-pages.ts';

/** An open incident and where it lies. */
export interface Open {
  lineage: string;
  body: IncidentBody;
}

/** All that are open, the newest first. Rejects as the store does. */
export async function openIncidents(store: Pick<Store, 'incidents'>): Promise<Open[]> {
  const open: Open[] = [];
  for await (const page of incidentPages(store)) {
    open.push(...page.map(({ lineage, body }) => ({ lineage, body: body as IncidentBody })));
  }
  return open;
}
