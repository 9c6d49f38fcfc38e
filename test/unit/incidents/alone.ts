/** What host h1 did without a quorum, as its note; and the event that it did it about. */
import type { DegradedNote, LineageInput } from '../../../src/relay/engine/effects.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
import { event, type Conversation } from './conversation.ts';

export type Degraded = Extract<LineageInput, { kind: 'degraded' }>;

export const ALONE = 910_001;

export function sms(person: string, code = ALONE, status: MessageRow['status'] = 'accepted'): MessageRow {
  return {
    id: `${person}.${code}`,
    code,
    person,
    channel: 'sms',
    to: '+15550100',
    purpose: 'incident',
    body: `disk. Reply ${code}a ack`,
    answerable: true,
    status,
    providerId: status === 'accepted' ? `SM${code}` : null,
    error: null,
    cure: null,
    members: [{ number: ALONE, lineage: 'i:db/disk', counter: 1, service: 'db', summary: 'disk' }],
    claimedAtMs: 1_000_000,
    log: [],
    degraded: true,
  };
}

/** Level 1 was told just now, and Ana reached, unless said otherwise. */
export function noteOn(talk: Conversation, more: Partial<DegradedNote> = {}): DegradedNote {
  const told = more.told ?? ['ana'];
  return {
    host: 'h1',
    number: ALONE,
    status: 'triggered',
    answeredBy: null,
    answeredAtMs: null,
    level: 0,
    round: 0,
    catchAll: false,
    toldAtMs: talk.nowMs,
    rosterVersion: 3,
    told,
    messages: told.map((person, index) => sms(person, ALONE + index)),
    ...more,
  };
}

/** A trigger that h1 accepted now and paged about on its own. */
export function alone(talk: Conversation, more: Partial<DegradedNote> = {}): Degraded {
  const { event: trigger, stamp } = event(talk, 'trigger');
  return { kind: 'degraded', event: trigger, stamp: { ...stamp, host: 'h1' }, note: noteOn(talk, more) };
}

/** The same, after its event was taken, or once more. */
export const again = (input: Degraded): Degraded => ({ ...input, again: true });

/** The event without what was done about it, as it was taken before the quorum went. */
export const plain = ({ event: trigger, stamp }: Degraded): LineageInput => ({
  kind: 'event',
  event: trigger,
  stamp,
});

/** A person's answer there, so long after the present moment. */
export const answered = (
  talk: Conversation,
  status: 'acknowledged' | 'resolved',
  afterMs = 0,
): Partial<DegradedNote> => ({ status, answeredBy: 'ana', answeredAtMs: talk.nowMs + afterMs });
