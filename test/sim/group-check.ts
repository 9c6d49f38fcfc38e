/**
 * S20: an incident is open as long as its monitor says so, a group's as long as one of its members is, and no longer. Who
 * is a member is known here by what the monitors meant, not by what relay made of it; who is open, by the order of
 * acceptance alone.
 */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { AlertEvent, Input, Stamp } from '../../src/relay/events/types.ts';
import { TIMELINE, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import type { Change } from '../../src/relay/store/port.ts';
import type { MemoryDisk } from './memory-disk.ts';

interface GroupCheckParts {
  disk: MemoryDisk;
  fail(invariant: string, text: string): void;
}

/** The label by which a monitor of the simulation says what an alert is about. */
export const MEANT = 'meant';

interface Taken {
  action: 'trigger' | 'resolve';
  stamp: Stamp;
  /** In what was accepted at once: its place there. */
  place: number;
}

interface Known {
  /** What was taken of each key, in any order. */
  taken: Map<string, Taken[]>;
  /** Somebody else has closed it: until it is closed again nobody can tell what came before that. */
  isUnsure: boolean;
}

export class GroupCheck {
  readonly #parts: GroupCheckParts;
  readonly #known = new Map<string, Known>();

  constructor(parts: GroupCheckParts) {
    this.#parts = parts;
  }

  onLineage(change: Change, before: Envelope<LineageState> | null, after: Envelope<LineageState>): void {
    const isGroup = after.domain.dedupKey.startsWith('group/');
    // Nobody posts or mails that one was missed.
    if (after.domain.dedupKey.startsWith('heartbeat/')) return;
    const known = this.#known.get(change.key) ?? { taken: new Map<string, Taken[]>(), isUnsure: false };
    this.#known.set(change.key, known);
    const seen = new Set(before?.seen.map((one) => one.id));
    const events = after.seen.filter((one) => !seen.has(one.id)).flatMap((one) => this.#event(one.id));
    for (const { event, stamp, place } of events) {
      if (event.action !== 'trigger' && event.action !== 'resolve') continue;
      const meant = isGroup ? (event.labels?.[MEANT] ?? '') : '';
      known.taken.set(meant, [...(known.taken.get(meant) ?? []), { action: event.action, stamp, place }]);
    }
    const { incident, notes } = after.domain;
    const isOpen = incident !== null && incident.status !== 'resolved';
    if (isClosedOtherwise(change) || notes !== undefined) {
      for (const [meant, all] of known.taken) known.taken.set(meant, all.filter(isResolve));
      known.isUnsure = true;
    }
    if (known.isUnsure) {
      // What is left open by then has been opened since.
      if (!isOpen && events.length === 0 && notes === undefined) known.isUnsure = false;
      return;
    }
    const judged = [...known.taken.values()].map(isMemberOpen);
    const least = judged.filter((one) => one === true).length;
    const most = least + judged.filter((one) => one === null).length;
    // What flaps is held open for a while, whatever its monitor says (S21).
    const isHeld = incident?.flapping?.wellSinceMs !== undefined;
    const named = incident?.members?.length ?? (isGroup || isHeld ? 0 : 1);
    const members = isOpen ? named + (incident.unnamed ?? 0) : 0;
    if (members < least || members > most || (isOpen && members === 0 && !isHeld))
      this.#parts.fail(
        'S20',
        `${change.key} is ${incident?.status ?? 'not there'} with ${members} members; ${least} to ${most} are open`,
      );
  }

  #event(inputId: string): { event: AlertEvent; stamp: Stamp; place: number }[] {
    const slash = inputId.lastIndexOf('/');
    const row = this.#parts.disk.journal.get(inputId.slice(0, slash));
    const input = row === undefined ? null : (JSON.parse(row.inputJson) as Input);
    const place = Number(inputId.slice(slash + 1));
    const event = input?.kind === 'alert' ? input.events[place] : undefined;
    return event === undefined || row === undefined ? [] : [{ event, stamp: row.stamp, place }];
  }
}

const isResolve = ({ action }: Taken): boolean => action === 'resolve';

/** By what was accepted last; null: on two hosts, and clocks alone would have to tell. */
function isMemberOpen(taken: Taken[]): boolean | null {
  const hosts = new Set(taken.map((one) => one.stamp.host));
  if (hosts.size > 1) return null;
  const [last] = taken.toSorted((a, b) => b.stamp.seq - a.stamp.seq || b.place - a.place);
  return last?.action === 'trigger';
}

/** By a person, by a host alone, by itself. */
const isClosedOtherwise = (change: Change): boolean =>
  change.rows.some(({ kind, body }) => {
    const line = body as TimelineRow;
    return kind === TIMELINE && line.kind === 'resolved' && !line.text.startsWith('resolved by monitor:');
  });
