/** What this host did on its own, by the rows that it did it about: read from the local store it kept (rule 13). */
import type { DegradedNote } from '../effects.ts';
import type { Target } from '../targets.ts';
import { noteOf } from '../../incidents/degraded-note.ts';
import { TIMELINE, timelinePrefix } from '../../incidents/rows.ts';
import type { Stamp } from '../../events/types.ts';
import { MESSAGE, TOLD, messageKey, responderKey, toldPrefix } from '../../notifications/rows.ts';
import type { IncidentEntry, JournalRow, Row, Store, WorkId } from '../../store/port.ts';

const PAGE = 500;
/** Incidents lead to a row by the stamp of the event that opened them, within their lineage. */
const keyOf = (lineage: string, stamp: Stamp): string => `${stamp.host}/${stamp.seq}/${lineage}`;

export class Notes {
  readonly #byOpening = new Map<string, DegradedNote>();

  get size(): number {
    return this.#byOpening.size;
  }

  /** Reads all incidents that the local store has; adds to what is known. */
  async read(host: string, store: Pick<Store, 'incidents' | 'rows'>): Promise<void> {
    let before: number | undefined;
    for (;;) {
      const entries: IncidentEntry[] = await store.incidents({
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      for (const entry of entries) await this.#readOne(host, store, entry);
      before = entries.at(-1)?.number;
      if (before === undefined || entries.length < PAGE) return;
    }
  }

  /** The note for what this row asks of this target; null when nothing was done on its own. */
  of(row: JournalRow, target: Target): DegradedNote | null {
    return this.#byOpening.get(keyOf(target.aggregate, row.stamp)) ?? null;
  }

  /** Which of these rows have one. */
  rowsWith(rows: readonly { id: WorkId; row: JournalRow; targets: readonly Target[] }[]): Set<WorkId> {
    return new Set(
      rows
        .filter(({ row, targets }) => targets.some((one) => this.of(row, one) !== null))
        .map((one) => one.id),
    );
  }

  async #readOne(host: string, store: Pick<Store, 'rows'>, entry: IncidentEntry): Promise<void> {
    const timeline = await store.rows(entry.lineage, TIMELINE, { prefix: timelinePrefix(entry.number) });
    const made = noteOf({
      host,
      entry,
      timeline,
      messages: await messagesOf(store, entry.number, timeline),
    });
    if (made !== null) this.#byOpening.set(keyOf(made.lineage, made.openedBy), made.note);
  }
}

/** Messages about an incident, by the people its timeline says were told. */
async function messagesOf(store: Pick<Store, 'rows'>, number: number, timeline: Row[]): Promise<Row[]> {
  const people = new Set(timeline.flatMap(({ body }) => (body as { people?: string[] }).people ?? []));
  const found: Row[] = [];
  for (const person of people) {
    const told = await store.rows(responderKey(person), TOLD, { prefix: toldPrefix(number) });
    for (const { key } of told) {
      const code = Number(key.slice(key.indexOf('/') + 1));
      found.push(
        ...(await store.rows(responderKey(person), MESSAGE, { prefix: messageKey(code), limit: 1 })),
      );
    }
  }
  return found;
}
