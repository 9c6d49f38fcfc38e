/** What this host did on its own, by the rows that it did it about: read from the local store it kept (rule 13). */
import type { DegradedNote } from '../effects.ts';
import type { Target } from '../targets.ts';
import { noteOf } from '../../incidents/degraded-note.ts';
import { TIMELINE, timelinePrefix, type IncidentBody } from '../../incidents/rows.ts';
import type { AlertEvent, Stamp } from '../../events/types.ts';
import type { MessageRow } from '../../notifications/rows.ts';
import { messagesAbout } from '../../store/told.ts';
import { shardOf } from '../../store/places.ts';
import { incidentPages } from '../../store/incident-pages.ts';
import type { AggregateKey, IncidentEntry, JournalRow, Row, Store } from '../../store/port.ts';

/** Incidents lead to a row by the stamp of the event that opened them, within their lineage. */
const keyOf = (lineage: string, stamp: Stamp): string => `${stamp.host}/${stamp.seq}/${lineage}`;

interface Noted {
  note: DegradedNote;
  lineage: AggregateKey;
  openedBy: Stamp;
  event: AlertEvent;
}

export class Notes {
  readonly #byOpening = new Map<string, Noted>();
  /** By the stamp alone. */
  readonly #rows = new Set<string>();

  get size(): number {
    return this.#byOpening.size;
  }

  /** Reads all incidents that the local store has; adds to what is known. */
  async read(host: string, store: Pick<Store, 'incidents' | 'rows'>): Promise<void> {
    for await (const page of incidentPages(store, { all: true })) {
      for (const entry of page) await this.#readOne(host, store, entry);
    }
  }

  /** The note for what this row asks of this target; null when nothing was done on its own. */
  of(row: JournalRow, target: Target): DegradedNote | null {
    return this.#byOpening.get(keyOf(target.aggregate, row.stamp))?.note ?? null;
  }

  /** Whether anything was done about this row; a ping has another target alone than in the cluster. */
  isAbout({ stamp }: JournalRow): boolean {
    return this.#rows.has(`${stamp.host}/${stamp.seq}`);
  }

  /**
   * Each note as an input of its own, stamped as the event was, with the same id however often it is made: another host
   * may have carried the event through meanwhile, and then the note would have no row to come with.
   */
  rows(): JournalRow[] {
    return [...this.#byOpening.values()].map(({ note, lineage, openedBy, event }) => ({
      id: `j:alone-${note.host}-${note.number}-${openedBy.seq}`,
      shard: shardOf(lineage),
      stamp: openedBy,
      input: { kind: 'noted', event, note },
      raw: null,
    }));
  }

  async #readOne(host: string, store: Pick<Store, 'rows'>, entry: IncidentEntry): Promise<void> {
    const timeline = await store.rows(entry.lineage, TIMELINE, { prefix: timelinePrefix(entry.number) });
    const made = noteOf({
      host,
      entry,
      timeline,
      messages: await messagesOf(store, entry.number, timeline),
    });
    if (made === null) return;
    this.#rows.add(`${made.openedBy.host}/${made.openedBy.seq}`);
    this.#byOpening.set(keyOf(made.lineage, made.openedBy), { ...made, event: openingOf(host, entry) });
  }
}

/** As far as lists tell it: it counts only where the incident that it opened is not there. */
function openingOf(host: string, { body }: IncidentEntry): AlertEvent {
  const { service, dedupKey, severity, summary } = body as IncidentBody;
  return { action: 'trigger', service, dedupKey, severity, summary, source: `${host} without a quorum` };
}

/** Messages about an incident, by the people its timeline says were told. */
async function messagesOf(
  store: Pick<Store, 'rows'>,
  number: number,
  timeline: Row[],
): Promise<MessageRow[]> {
  const people = new Set(timeline.flatMap(({ body }) => (body as { people?: string[] }).people ?? []));
  const found: MessageRow[] = [];
  for (const person of people) found.push(...(await messagesAbout(store, person, number)));
  return found;
}
