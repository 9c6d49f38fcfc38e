/** What a host did on its own about an incident, as a note for the others: read from what its local store holds. Pure. */
import type { DegradedNote } from '../engine/effects.ts';
import type { Stamp } from '../events/types.ts';
import type { MessageRow } from '../notifications/rows.ts';
import type { AggregateKey, IncidentEntry, Row } from '../store/port.ts';
import type { IncidentBody, TimelineRow } from './rows.ts';

/** A note passes through the state of an incident and of everybody told: what it carries is bounded. */
const MESSAGES_KEPT = 40;
const TO_ONE_CONTACT = 3;
/** An SMS is shorter; of a mail the start is kept. */
const BODY_KEPT = 480;
const LOG_KEPT = 6;

/** The last thing that happened to these is proof that nothing was sent. */
const UNSENT: ReadonlySet<string> = new Set(['late', 'refused', 'absent']);

export interface NoteParts {
  /** The host whose local store it is. */
  host: string;
  entry: IncidentEntry;
  /** The incident's timeline rows. */
  timeline: readonly Row[];
  /** The message rows of the people it was told to, found by the index of what they were told. */
  messages: readonly MessageRow[];
}

/**
 * The note, the lineage and the acceptance of the event that opened the incident there. Null when nothing was done
 * that others would need to know: then the event is taken like any other.
 */
export function noteOf({
  host,
  entry,
  timeline,
  messages,
}: NoteParts): { openedBy: Stamp; lineage: AggregateKey; note: DegradedNote } | null {
  const lines = [...timeline].sort((a, b) => (a.key < b.key ? -1 : 1)).map((row) => row.body as TimelineRow);
  const openedBy = lines.find((line) => line.kind === 'opened')?.stamp;
  const told = lines.findLast((line) => line.position !== undefined);
  if (openedBy === undefined || told?.position === undefined) return null;
  const sent = messages
    .map((row) => asEnded(row, entry))
    .filter((row) => row.members.length > 0)
    .sort((a, b) => a.claimedAtMs - b.claimedAtMs || a.code - b.code);
  const answer = answerIn(lines);
  if (sent.length === 0 && answer.status === 'triggered') return null;
  const reached = sent.filter((row) => row.status !== 'failed').map((row) => row.person);
  return {
    openedBy,
    lineage: entry.lineage,
    note: {
      host,
      number: entry.number,
      ...answer,
      ...told.position,
      toldAtMs: told.atMs,
      told: [...new Set(reached)],
      messages: newest(sent),
    },
  };
}

/** What persons did. What the monitor said is an event of its own, which comes by itself. */
function answerIn(
  lines: readonly TimelineRow[],
): Pick<DegradedNote, 'status' | 'answeredBy' | 'answeredAtMs' | 'answered'> {
  let status: DegradedNote['status'] = 'triggered';
  let by: TimelineRow | null = null;
  for (const line of lines) {
    if ((line.kind === 'acknowledged' || line.kind === 'resolved') && line.byPerson === true) {
      status = line.kind;
      by = line;
    } else if (line.kind === 'again' || (line.kind === 'escalate' && line.actor !== 'relay')) {
      status = 'triggered';
      by = null;
    }
  }
  return {
    status,
    answeredBy: by?.actor ?? null,
    answeredAtMs: by?.atMs ?? null,
    ...(by?.stamp === undefined ? {} : { answered: by.stamp }),
  };
}

/** A message as its host left it: nobody there finds out any more what became of one that was under way. */
function asEnded({ packs, ...row }: MessageRow, entry: IncidentEntry): MessageRow {
  const body = row.body.length > BODY_KEPT ? `${row.body.slice(0, BODY_KEPT).toWellFormed()}…` : row.body;
  const named = row.members.filter((one) => one.number === entry.number);
  // Of a pack, whose rows stay on their host, it was one of many.
  const members = named.length > 0 || packs === undefined ? named : [memberOf(entry)];
  const unnamed = (packs ?? []).reduce((sum, one) => sum + one.count - one.named, 0);
  const kept: MessageRow = {
    ...row,
    body,
    members,
    toldOf: row.members.length + unnamed,
    log: row.log.slice(-LOG_KEPT),
    degraded: true,
  };
  if (row.status !== 'claimed') return kept;
  const last = row.log.at(-1);
  return last !== undefined && UNSENT.has(last.kind)
    ? { ...kept, status: 'failed', error: row.error ?? last.text }
    : { ...kept, status: 'unknown', error: row.error ?? 'its host stopped before the provider could tell' };
}

function memberOf({ number, lineage, body }: IncidentEntry): MessageRow['members'][number] {
  const { service, summary } = body as IncidentBody;
  return { number, lineage, counter: 1, service, summary };
}

/** Of the oldest first: the newest to each contact, and no more of all than a note may carry. */
function newest(sent: readonly MessageRow[]): MessageRow[] {
  const perContact = new Map<string, number>();
  const kept: MessageRow[] = [];
  for (const row of sent.toReversed()) {
    const contact = `${row.person}/${row.channel}/${row.to}`;
    const known = perContact.get(contact) ?? 0;
    if (known === TO_ONE_CONTACT || kept.length === MESSAGES_KEPT) continue;
    perContact.set(contact, known + 1);
    kept.push(row);
  }
  return kept.toReversed();
}
