/** What a host did on its own becomes part of the incident's record: a line, and its messages for those who got them. */
import type { DegradedNote, LineageInput } from '../engine/effects.ts';
import type { MessageRow } from '../notifications/rows.ts';
import { note as writeLine, type Draft } from './draft.ts';
import { lineageKey } from './rows.ts';
import type { Incident } from './types.ts';

/** Counters that people told on their own were given, as if they had been asked. */
export type Noted = ReadonlyMap<string, number>;

/** Notes that a lineage remembers: a second taking comes right behind the first. */
const NOTES_KEPT = 16;

/** Remembers the note, writes its line, and hands its messages to those who got them. */
export function adopt(
  d: Draft,
  incident: Incident,
  { note, stamp }: Pick<Extract<LineageInput, { kind: 'degraded' }>, 'note' | 'stamp'>,
): Noted {
  const here = { number: note.number, seq: stamp.seq, incident: incident.number };
  d.state.notes = [...(d.state.notes ?? []), here].slice(-NOTES_KEPT);
  const lineage = lineageKey(d.state.service, d.state.dedupKey);
  const byPerson = Map.groupBy(note.messages, (row) => row.person);
  const people = [...new Set([...note.told, ...byPerson.keys()])];
  writeLine(d, incident, { kind: 'degraded', actor: 'relay', text: said(note, byPerson), people });
  const noted = new Map<string, number>();
  for (const person of people) {
    incident.counter += 1;
    noted.set(person, incident.counter);
    const member = { number: incident.number, lineage, counter: incident.counter };
    const messages = (byPerson.get(person) ?? []).map((row) => rewritten(row, note, member, d.context.nowMs));
    if (messages.length === 0) continue;
    const id = `adopt/${incident.number}/${note.number}.${stamp.seq}/${person}`;
    d.effects.handovers.push({ kind: 'adopt', id, person, messages });
  }
  d.effects.handovers.push({ kind: 'name', id: `name/${note.number}`, number: note.number, lineage });
  return noted;
}

function rewritten(
  row: MessageRow,
  note: DegradedNote,
  member: Pick<MessageRow['members'][number], 'number' | 'lineage' | 'counter'>,
  atMs: number,
): MessageRow {
  return {
    ...row,
    members: row.members.filter((one) => one.number === note.number).map((one) => ({ ...one, ...member })),
    log: [...row.log, { atMs, kind: 'adopted', text: `sent by ${note.host} without a quorum` }],
    degraded: true,
  };
}

/** `paged without a quorum by h1 as #910001: ana by sms (accepted), ben by sms (failed)` */
function said(note: DegradedNote, byPerson: ReadonlyMap<string, MessageRow[]>): string {
  const each = [...byPerson].map(([person, rows]) => {
    const ways = new Map(rows.map((row) => [row.channel, `${row.channel} (${row.status})`]));
    return `${person} by ${[...ways.values()].join(' and ')}`;
  });
  const list = each.length === 0 ? '' : `: ${each.join(', ')}`;
  return note.told.length === 0
    ? `${note.host} had no quorum and reached nobody about it, as #${note.number}${list}`
    : `paged without a quorum by ${note.host} as #${note.number}${list} (degraded)`;
}

/** Those of these people whom the host reached, as if they had been asked. */
export const reachedOf = (note: DegradedNote, people: string[], noted: Noted): Incident['reaching'] =>
  people
    .filter((person) => note.told.includes(person))
    .map((person) => ({ person, counter: noted.get(person) ?? 0 }));
