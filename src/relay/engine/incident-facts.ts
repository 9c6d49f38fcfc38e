/** How incidents are at the moment of a responder's step. */
import { titleOf } from '../incidents/title.ts';
import type { LineageState } from '../incidents/types.ts';
import type { Fact } from '../notifications/types.ts';
import type { Store } from '../store/port.ts';
import type { Envelope } from './envelope.ts';

/** Whose record a responder's key names. */
export const personOf = (key: string): string => key.slice('r:'.length);

/** By number. Rejects as `store.load` does. */
export async function factsOf(
  store: Pick<Store, 'load'>,
  person: string,
  incidents: readonly { number: number; lineage: string }[],
): Promise<ReadonlyMap<number, Fact>> {
  const lineages = new Map(incidents.map((one) => [one.number, one.lineage]));
  const facts = new Map<number, Fact>();
  await Promise.all(
    [...lineages].map(async ([number, lineage]) => {
      const { state } = await store.load(lineage);
      const incident = (state as Envelope<LineageState> | undefined | null)?.domain.incident ?? null;
      // A lineage that has gone on to another incident has resolved this one.
      if (incident?.number !== number) {
        facts.set(number, { status: 'resolved', by: null });
        return;
      }
      const asked = incident.reaching.find((one) => one.person === person)?.counter;
      facts.set(number, {
        status: incident.status,
        by: incident.answeredBy,
        ...(asked === undefined ? {} : { asked }),
        ...(incident.members === undefined ? {} : { summary: titleOf(incident) }),
      });
    }),
  );
  return facts;
}
