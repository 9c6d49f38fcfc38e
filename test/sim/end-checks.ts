/** What must hold once everything has come to rest: the records agree with the journal and with the providers. */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { Input } from '../../src/relay/events/types.ts';
import { TIMELINE, lineageKey, type IncidentBody, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import { MESSAGE, type MessageRow } from '../../src/relay/notifications/rows.ts';
import type { ResponderState } from '../../src/relay/notifications/types.ts';
import type { AloneCheck } from './alone-check.ts';
import type { CommitChecks } from './commit-checks.ts';
import type { Ledger } from './ledger.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { toldOf } from './told.ts';

export interface EndParts {
  /** What became of a text that its provider took. */
  fateOf(providerId: string): 'delivered' | 'failed' | null;
  disk: MemoryDisk;
  ledger: Ledger;
  checks: CommitChecks;
  /** Ids of rows whose senders were told yes. */
  accepted: ReadonlySet<string>;
  /** One that lay on one disk only, which is gone for ever, or that a host alone has carried through. */
  mayBeMissing(id: string): boolean;
  alone: AloneCheck;
  /** A machine that will never be there again. */
  isGone(host: string): boolean;
  fail(invariant: string, text: string): void;
}

export function endChecks(parts: EndParts): void {
  for (const id of parts.accepted) {
    if (!parts.disk.journal.has(id) && !parts.mayBeMissing(id))
      parts.fail('S1', `${id} was accepted and is not in the journal`);
  }
  for (const commit of parts.checks.stale) parts.fail('S11', `a stale commit landed: ${commit}`);
  eventsBelong(parts);
  messagesAgree(parts);
  timelinesFold(parts);
  asksEnded(parts);
  parts.checks.handoffs.atEnd(parts.ledger);
  parts.alone.atEnd(parts.isGone);
}

/** S2: each accepted trigger counts in exactly one incident of its lineage. */
function eventsBelong({ disk, fail }: EndParts): void {
  const triggers = new Map<string, number>();
  for (const { inputJson } of disk.journal.values()) {
    const input = JSON.parse(inputJson) as Input;
    if (input.kind !== 'alert') continue;
    for (const { action, service, dedupKey } of input.events) {
      if (action !== 'trigger') continue;
      const key = lineageKey(service, dedupKey);
      triggers.set(key, (triggers.get(key) ?? 0) + 1);
    }
  }
  const counted = new Map<string, number>();
  for (const { lineage, bodyJson } of disk.incidents.values()) {
    const { dedupKey, events } = JSON.parse(bodyJson) as IncidentBody;
    // Its events come from the heartbeat, whose pings the journal holds.
    if (dedupKey.startsWith('heartbeat/')) continue;
    counted.set(lineage, (counted.get(lineage) ?? 0) + events);
  }
  for (const key of new Set([...triggers.keys(), ...counted.keys()])) {
    if (triggers.get(key) !== counted.get(key))
      fail('S2', `${key}: ${triggers.get(key) ?? 0} triggers accepted, ${counted.get(key) ?? 0} counted`);
  }
}

function messagesOf(disk: MemoryDisk): MessageRow[] {
  return [...disk.aggregates].flatMap(([key, kept]) =>
    key.startsWith('r:')
      ? [...(kept.rows.get(MESSAGE)?.values() ?? [])].map((json) => JSON.parse(json) as MessageRow)
      : [],
  );
}

/** S9, and S3 the other way round: one provider id, one message. */
function messagesAgree({ disk, ledger, fateOf, fail }: EndParts): void {
  const owners = new Map<string, string>();
  const rows = messagesOf(disk);
  for (const row of rows) {
    const taken = ledger.byMessage.get(row.id);
    if (row.providerId !== null) {
      const owner = owners.get(row.providerId);
      if (owner !== undefined) fail('S3', `${row.providerId} stands on ${owner} and on ${row.id}`);
      owners.set(row.providerId, row.id);
    }
    if (row.status === 'accepted' && taken?.providerId !== row.providerId)
      fail(
        'S9',
        `${row.id} is accepted as ${row.providerId}; the provider has ${taken?.providerId ?? 'nothing'}`,
      );
    if (taken !== undefined && row.status === 'failed' && fateOf(taken.providerId) !== 'failed')
      fail('S9', `${row.id} is failed, but the provider took it as ${taken.providerId}`);
    if (row.status === 'delivered' && (taken === undefined || fateOf(taken.providerId) !== 'delivered'))
      fail('S9', `${row.id} is delivered, and nobody said so`);
    // What a host alone had under way when it was stopped is asked for by nobody any more (rule 13).
    if (row.status === 'unknown' && row.degraded !== true && !ledger.untold.has(row.id))
      fail('S9', `${row.id} is unknown, though its provider could tell`);
    if (row.status === 'claimed') fail('L1', `${row.id} is still claimed`);
  }
}

/** S10: the timeline tells the same as the list. */
function timelinesFold({ disk, fail }: EndParts): void {
  for (const { number, lineage, bodyJson } of disk.incidents.values()) {
    const body = JSON.parse(bodyJson) as IncidentBody;
    const prefix = `${String(number).padStart(10, '0')}/`;
    const lines = [...(disk.aggregates.get(lineage)?.rows.get(TIMELINE) ?? [])]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    lines.forEach(([key], index) => {
      if (Number(key.slice(prefix.length)) !== index) fail('S10', `#${number}: line ${index} is missing`);
    });
    const folded = fold(lines.map(([, json]) => JSON.parse(json) as TimelineRow));
    if (folded.status !== body.status)
      fail('S10', `#${number} is ${body.status}, its timeline says ${folded.status}`);
    if (folded.events !== body.events)
      fail('S10', `#${number} has ${body.events} events, its timeline tells of ${folded.events}`);
  }
}

function fold(lines: TimelineRow[]): { status: string; events: number } {
  let status = '';
  let events = 0;
  for (const { kind, actor, text, count } of lines) {
    if (kind === 'opened') {
      status = 'triggered';
      events += 1;
    } else if (kind === 'event') events += count ?? 1;
    else if (kind === 'late' && text.startsWith('a trigger')) events += 1;
    else if (kind === 'acknowledged' || kind === 'resolved') status = kind;
    else if (['again', 'reassigned', 'handover'].includes(kind)) status = 'triggered';
    else if (kind === 'escalate' && actor !== 'relay') status = 'triggered';
  }
  return { status, events };
}

/** S12 and S14: every ask was told, answered, replaced by a later one, or reported as not to be told. */
function asksEnded({ disk, checks, fail }: EndParts): void {
  const rows = messagesOf(disk);
  const toldTo = new Map<string, MessageRow['status'][]>();
  for (const row of rows) {
    for (const { number, counter } of toldOf(disk, row)) {
      const key = `${number}.${counter}`;
      toldTo.set(key, [...(toldTo.get(key) ?? []), row.status]);
    }
  }
  const latest = new Map<string, number>();
  for (const { person, ask } of checks.asks.values()) {
    const key = `${person}/${ask.number}`;
    latest.set(key, Math.max(ask.counter, latest.get(key) ?? 0));
  }
  for (const [key, { person, ask }] of checks.asks) {
    if ((checks.cancels.get(`${person}/${ask.number}`) ?? 0) > ask.counter) continue;
    if ((latest.get(`${person}/${ask.number}`) ?? 0) > ask.counter) continue;
    if (toldTo.get(key)?.some((status) => status === 'accepted' || status === 'delivered') === true) continue;
    if (checks.unreachable.has(`${person}.u.${key}`)) continue;
    fail('S12', `${person} was never told ask ${key}, and nobody heard of that`);
  }
  for (const [key, { stateJson }] of disk.aggregates) {
    if (!key.startsWith('r:')) continue;
    const { domain } = JSON.parse(stateJson) as Envelope<ResponderState>;
    if (domain.tells.length > 0 || domain.messages.length > 0)
      fail('L1', `${key} still holds ${domain.tells.length} asks and ${domain.messages.length} messages`);
  }
}
