/** Incidents that are open for services which an edit of the roster takes away, or groups otherwise. */
import type { IncidentBody } from '../incidents/rows.ts';
import type { Roster, Service } from '../oncall/types.ts';
import type { Store } from '../store/port.ts';

/** More numbers would not be read. */
const SHOWN = 10;
/** Of the open incidents the newest so many are looked at. */
const LOOKED_AT = 2_000;

/**
 * One line for each service that has incidents open and that `after` no longer has, or groups by other labels. Rejects as
 * the store does.
 */
export async function leftOpen(
  store: Pick<Store, 'incidents'>,
  before: Roster,
  after: Roster,
): Promise<string[]> {
  const changes = before.services.flatMap((service) => {
    const goesOn = goesOnAs(service, after);
    return goesOn === null ? [] : [{ id: service.id, ...goesOn }];
  });
  if (changes.length === 0) return [];
  const open = await store.incidents({ open: true, limit: LOOKED_AT });
  const bodies = open.map((entry) => entry.body as IncidentBody);
  return changes.flatMap(({ id, words }) => {
    const numbers = bodies.filter((one) => one.service === id).map((one) => one.number);
    if (numbers.length === 0) return [];
    const more = numbers.length > SHOWN ? ` and ${numbers.length - SHOWN} more` : '';
    const list = `${numbers.slice(0, SHOWN).join(', ')}${more}`;
    const isOne = numbers.length === 1;
    return [`${id} has ${isOne ? 'incident' : 'incidents'} ${list} open: ${words(isOne)}`];
  });
}

/** What becomes of a service's open incidents; null: they aren't touched. */
function goesOnAs({ id, groupBy }: Service, after: Roster): { words: (isOne: boolean) => string } | null {
  const now = after.services.find((one) => one.id === id);
  if (now === undefined)
    return { words: (isOne) => `${isOne ? 'it goes' : 'they go'} on as for ${after.defaultService}` };
  if (JSON.stringify(now.groupBy) === JSON.stringify(groupBy)) return null;
  return {
    words: (isOne) =>
      isOne
        ? 'its recovery may come under another key from now on: resolve it by hand if it stays open'
        : 'their recoveries may come under other keys from now on: resolve by hand what stays open',
  };
}
