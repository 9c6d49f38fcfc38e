/** Which aggregate an input goes to, and what it is fed there: journal rows, due rows, and handovers. Pure. */
import { ORDERS, PINGS } from '../events/types.ts';
import { heartbeatKey, isHeartbeat } from '../heartbeats/rows.ts';
import type { HeartbeatInput } from '../heartbeats/types.ts';
import { lineageKey } from '../incidents/rows.ts';
import { responderKey } from '../notifications/rows.ts';
import type { DueRow, JournalRow } from '../store/port.ts';
import type { DegradedNote, Handover, LineageInput, ResponderInput } from './effects.ts';
import { unknown } from './known-inputs.ts';
import type { FiredTimer } from './lane-queue.ts';

/** Where an input goes; one journal row may hold several. */
export type Target =
  | { aggregate: string; kind: 'lineage'; id: string; input: LineageInput | FiredTimer }
  | { aggregate: string; kind: 'responder'; id: string; input: ResponderInput | FiredTimer }
  | { aggregate: string; kind: 'heartbeat'; id: string; input: HeartbeatInput | FiredTimer };

/** Where a handover goes. `freshUntilMonoMs`: see ResponderInput. */
export function targetOf(
  handover: Exclude<Handover, { kind: 'disable' | 'enable' | 'verify' | 'name' }>,
  freshUntilMonoMs: number,
): Target {
  switch (handover.kind) {
    case 'tell':
      return {
        aggregate: responderKey(handover.person),
        kind: 'responder',
        id: handover.id,
        input: { ...handover, freshUntilMonoMs },
      };
    case 'cancel':
    case 'adopt':
      return {
        aggregate: responderKey(handover.person),
        kind: 'responder',
        id: handover.id,
        input: handover,
      };
    case 'event': {
      const { event, stamp } = handover;
      return {
        aggregate: handover.lineage,
        kind: 'lineage',
        id: handover.id,
        input: { kind: 'event', event, stamp },
      };
    }
    case 'act':
    case 'unreachable':
      return { aggregate: handover.lineage, kind: 'lineage', id: handover.id, input: handover };
  }
}

/** Which aggregates a journal row concerns, and what each is fed. Throws UnknownHere on what this version doesn't know. */
export function targetsOf(row: JournalRow): Target[] {
  const { input } = row;
  switch (input.kind) {
    case 'alert':
      return input.events.flatMap((event, index): Target[] =>
        event.action === 'none' && event.note === undefined
          ? []
          : [
              {
                aggregate: lineageKey(event.service, event.dedupKey),
                kind: 'lineage',
                id: `${row.id}/${index}`,
                input: { kind: 'event', event, stamp: row.stamp, row: row.id },
              },
            ],
      );
    case 'noted': {
      const { event, note } = input;
      return [
        {
          aggregate: lineageKey(event.service, event.dedupKey),
          kind: 'lineage',
          id: row.id,
          input: { kind: 'degraded', event, stamp: row.stamp, note, again: true },
        },
      ];
    }
    case 'command':
      return [
        {
          aggregate: input.lineage,
          kind: 'lineage',
          id: row.id,
          input: {
            kind: 'command',
            action: input.action,
            number: input.number,
            actor: input.actor,
            stamp: row.stamp,
          },
        },
      ];
    case 'order': {
      const { order, number, actor } = input;
      if (!ORDERS.includes(order.verb)) {
        throw unknown('order', (order as { verb: string }).verb);
      }
      return [
        {
          aggregate: input.lineage,
          kind: 'lineage',
          id: row.id,
          input: { kind: 'order', order, number, actor, stamp: row.stamp },
        },
      ];
    }
    case 'reply':
      return [
        {
          aggregate: responderKey(input.person),
          kind: 'responder',
          id: row.id,
          input: {
            kind: 'reply',
            id: row.id,
            channel: input.channel,
            contact: input.contact,
            command: input.command,
            text: input.text,
            sentAtMs: input.sentAtMs,
            ...(input.auth === undefined ? {} : { auth: input.auth }),
            stamp: row.stamp,
            ...(input.via === undefined ? {} : { via: input.via }),
          },
        },
      ];
    case 'receipt':
      return [
        {
          aggregate: responderKey(input.person),
          kind: 'responder',
          id: row.id,
          input: { kind: 'receipt', id: row.id, code: input.code, receipt: input.receipt },
        },
      ];
    case 'test':
      return [
        {
          aggregate: responderKey(input.person),
          kind: 'responder',
          id: row.id,
          input: { kind: 'test', id: row.id, actor: input.actor },
        },
      ];
    case 'notice': {
      const { person, ...notice } = input;
      return [
        {
          aggregate: responderKey(person),
          kind: 'responder',
          id: row.id,
          input: { ...notice, id: row.id },
        },
      ];
    }
    case 'ping': {
      const { heartbeat, ...ping } = input;
      if (!PINGS.includes(ping.what)) throw unknown('ping', ping.what);
      return [
        {
          aggregate: heartbeatKey(heartbeat),
          kind: 'heartbeat',
          id: row.id,
          input: { ...ping, kind: 'ping', stamp: row.stamp },
        },
      ];
    }
    default:
      // Written by another version, which may know more.
      throw unknown('input', (input as { kind: string }).kind);
  }
}

/** A due row as it fires. */
export function targetOfDue(row: DueRow): Target {
  const input: FiredTimer = { kind: 'fired', timer: row.timer };
  const { aggregate, id } = row;
  if (isHeartbeat(aggregate)) return { aggregate, kind: 'heartbeat', id, input };
  return aggregate.startsWith('r:')
    ? { aggregate, kind: 'responder', id, input }
    : { aggregate, kind: 'lineage', id, input };
}

/** The aggregates of a journal row; none for an input that can't be read: its chain finds that out, and counts the tries. */
export function aggregatesOf(row: JournalRow): string[] {
  try {
    return targetsOf(row).map((target) => target.aggregate);
  } catch {
    return [];
  }
}

/**
 * What a row asks, with what this host did about it on its own (rule 13): taken in place of the event. Where the event
 * was taken before, here or elsewhere, the note comes by itself, as a row of its own: see degraded/notes.ts.
 */
export function notedTargets(
  row: JournalRow,
  noteOf: ((row: JournalRow, target: Target) => DegradedNote | null) | undefined,
): Target[] {
  if (noteOf === undefined) return targetsOf(row);
  const noted = new Set<string>();
  return targetsOf(row).flatMap((target): Target[] => {
    if (target.kind !== 'lineage' || target.input.kind !== 'event') return [target];
    const { event, stamp } = target.input;
    const note = event.action === 'trigger' && !noted.has(target.aggregate) ? noteOf(row, target) : null;
    if (note === null) return [target];
    // Another trigger of the same incident in the same row is one more, not this one again.
    noted.add(target.aggregate);
    const input: LineageInput = { kind: 'degraded', event, stamp, note, row: row.id };
    return [{ ...target, input }];
  });
}
