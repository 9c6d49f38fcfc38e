/** Incidents that are open for services which an edit of the roster takes away. */
import type { IncidentBody } from '../incidents/rows.ts';
import type { Roster } from '../oncall/types.ts';
import type { Store } from '../store/port.ts';

/** More numbers would not be read. */
const SHOWN = 10;
/** Of the open incidents the newest so many are looked at. */
const LOOKED_AT = 2_000;

/**
 * One line for each service that `after` no longer has and that has incidents open: they go on as those of the default
 * service. Rejects as the store does.
 */
export async function leftOpen(
  store: Pick<Store, 'incidents'>,
  before: Roster,
  after: Roster,
): Promise<string[]> {
  const gone = before.services.filter(({ id }) => !after.services.some((one) => one.id === id));
  if (gone.length === 0) return [];
  const open = await store.incidents({ open: true, limit: LOOKED_AT });
  const bodies = open.map((entry) => entry.body as IncidentBody);
  return gone.flatMap(({ id }) => {
    const numbers = bodies.filter((one) => one.service === id).map((one) => one.number);
    if (numbers.length === 0) return [];
    const more = numbers.length > SHOWN ? ` and ${numbers.length - SHOWN} more` : '';
    const list = `${numbers.slice(0, SHOWN).join(', ')}${more}`;
    const [what, they] = numbers.length === 1 ? ['incident', 'it goes on'] : ['incidents', 'they go on'];
    return [`${id} has ${what} ${list} open: ${they} as for ${after.defaultService}`];
  });
}
