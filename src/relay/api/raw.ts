/** The original mails and requests behind an incident, as the journal keeps them. */
import type { AlertEvent } from '../events/types.ts';
import type { TimelineRow } from '../incidents/rows.ts';
import type { JournalRow, Store, WorkId } from '../store/port.ts';
import { notFound } from './errors.ts';
import { findIncident, timelineOf } from './incident.ts';
import type { RawEventJson, RawJson } from './wire.ts';

/** Line by line: of a line for many only the newest are known. */
interface Came {
  id: WorkId;
  line: TimelineRow;
}

/**
 * The original of one event of an incident; `wanted` counts from 1, absent: the one that opened it. Rejects with not_found
 * when there is none, or none any more.
 */
export async function rawOf(store: Store, number: number, wanted = 1): Promise<RawJson> {
  const { lineage, incident } = await findIncident(store, number);
  const lines = await timelineOf(store, lineage, incident.number);
  const came = lines.flatMap((line): Came[] => (line.came ?? []).map((id) => ({ id, line })));
  const one = came[wanted - 1];
  if (one === undefined) throw unknownEvent(number, wanted, came.length);
  const row = await store.journalRow(one.id);
  if (row === null)
    throw notFound(
      `The original of event ${wanted} of incident ${number} is not kept any more.`,
      'Originals are kept for 30 days; what was read of them stands in: relay incident show',
    );
  return {
    number: incident.number,
    event: wanted,
    events: came.map(({ line }, index) => eventJson(line, index + 1)),
    acceptedAt: new Date(row.stamp.atMs).toISOString(),
    host: row.stamp.host,
    raw: row.raw === null ? null : Buffer.from(row.raw).toString('base64'),
    read: readOf(row).map(readJson),
  };
}

function unknownEvent(number: number, wanted: number, known: number): Error {
  if (known === 0)
    return notFound(
      `Where incident ${number} came from is not known.`,
      'An older version of relay opened it, or a person did by hand.',
    );
  return notFound(
    `Incident ${number} has no event ${wanted} whose original is known.`,
    `There are ${known}; --list shows them.`,
  );
}

const eventJson = ({ atMs, kind, text }: TimelineRow, event: number): RawEventJson => ({
  event,
  at: new Date(atMs).toISOString(),
  kind,
  text,
});

const readOf = ({ input }: JournalRow): AlertEvent[] => (input.kind === 'alert' ? input.events : []);

const readJson = (event: AlertEvent): RawJson['read'][number] => {
  const { action, service, dedupKey, severity, summary, source, reason = '', rule = null } = event;
  return { action, service, dedupKey, severity, summary, source, reason, rule };
};
