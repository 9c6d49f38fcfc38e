/** Rule 4: what a lineage calls late was accepted earlier in truth, and what surely came before an opening doesn't close it. */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { AlertEvent, Input, Stamp } from '../../src/relay/events/types.ts';
import { TIMELINE, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import type { Change, JournalRow } from '../../src/relay/store/port.ts';
import type { MemoryDisk } from './memory-disk.ts';

interface OrderCheckParts {
  disk: MemoryDisk;
  nowMs(): number;
  /** True wall time. */
  trueWallMs(): number;
  stamps: Stamps;
  fail(invariant: string, text: string): void;
}

/** `host seq` -> when it was stamped, in virtual time, and how far the clock was off. */
export type Stamps = Map<string, { trulyMs: number; offMs: number }>;

interface Accepted {
  event: AlertEvent;
  stamp: Stamp;
  /** When it was stamped, in virtual time. */
  trulyMs: number;
  /** How far the stamp's clock was off. */
  offMs: number;
}

/** Beyond the two seconds of tolerance, two trusted clocks may each be off by one. */
const SURELY_MS = 4_000;
const TRUSTED_MS = 1_000;

export class OrderCheck {
  readonly #parts: OrderCheckParts;
  constructor(parts: OrderCheckParts) {
    this.#parts = parts;
  }

  onAppend(rows: readonly JournalRow[]): void {
    for (const { stamp } of rows) {
      // Brought in again from a disk: it was stamped long before.
      if (this.#parts.stamps.has(keyOf(stamp))) continue;
      const offMs = stamp.atMs - this.#parts.trueWallMs();
      this.#parts.stamps.set(keyOf(stamp), { trulyMs: this.#parts.nowMs(), offMs });
    }
  }

  /** Of a heartbeat's incident the journal has pings, and no events: their order is the heartbeat's own. */
  onLineage(change: Change, before: Envelope<LineageState> | null, after: Envelope<LineageState>): void {
    if (change.key.includes('/heartbeat/')) return;
    const lines = change.rows
      .filter((row) => row.kind === TIMELINE)
      .map((row) => ({
        number: Number(row.key.slice(0, row.key.indexOf('/'))),
        ...(row.body as TimelineRow),
      }))
      .filter((line) => line.kind === 'late' || line.kind === 'resolved');
    if (lines.length === 0) return;
    const known = new Set(before?.seen.map((one) => one.id));
    const taken = after.seen.filter((one) => !known.has(one.id)).flatMap((one) => this.#event(one.id));
    const resolves = taken.filter((one) => one.event.action === 'resolve');
    // Of a group each key has an order of its own: see GroupCheck.
    const whole = resolves.filter((one) => one.event.member === undefined);
    for (const { kind, text, number } of lines) {
      // One that was opened and closed in this very commit isn't in either state.
      const about = [after, before].map((one) => one?.domain.incident).find((one) => one?.number === number);
      const opener = this.#at(about?.openedBy);
      const latest = this.#at(about?.lastTrigger) ?? opener;
      if (text.startsWith('a trigger accepted before') || text.startsWith('already resolved'))
        this.#triggerIsLate(change.key, taken);
      else if (text.startsWith('a resolve accepted before the latest'))
        this.#resolveIsLate(change.key, resolves, latest);
      else if (text.startsWith('a resolve accepted before'))
        this.#resolveIsLate(change.key, resolves, opener);
      else if (kind === 'resolved' && text.startsWith('resolved by monitor:'))
        this.#resolveCloses(change.key, whole, opener);
    }
  }

  #triggerIsLate(lineage: string, taken: Accepted[]): void {
    // What a heartbeat tells is no row of the journal: its own checks hold it.
    if (lineage.includes('/heartbeat/')) return;
    const triggers = taken.filter((one) => one.event.action === 'trigger');
    const earliestMs = Math.min(...triggers.map((one) => one.trulyMs));
    for (const row of this.#parts.disk.journal.values()) {
      const { events } = eventsOf(row.inputJson);
      const concerns = events.some(
        (one) => one.action === 'resolve' && `i:${one.service}/${one.dedupKey}` === lineage,
      );
      if (concerns && (this.#at(row.stamp)?.trulyMs ?? -Infinity) >= earliestMs) return;
    }
    this.#parts.fail(
      'rule 4',
      `${lineage}: a trigger counts as resolved before it came, by no resolve after it`,
    );
  }

  #resolveIsLate(lineage: string, resolves: Accepted[], trigger: Omit<Accepted, 'event'> | null): void {
    if (trigger === null || resolves.some((one) => one.trulyMs <= trigger.trulyMs)) return;
    this.#parts.fail('rule 4', `${lineage}: a resolve accepted after the trigger does not close it`);
  }

  #resolveCloses(lineage: string, resolves: Accepted[], trigger: Omit<Accepted, 'event'> | null): void {
    if (trigger === null || resolves.length === 0) return;
    const surelyBefore = ({ stamp, trulyMs, offMs }: Accepted): boolean =>
      stamp.host === trigger.stamp.host
        ? stamp.seq < trigger.stamp.seq
        : stamp.trusted &&
          trigger.stamp.trusted &&
          Math.abs(offMs) <= TRUSTED_MS &&
          Math.abs(trigger.offMs) <= TRUSTED_MS &&
          trulyMs < trigger.trulyMs - SURELY_MS;
    if (resolves.every(surelyBefore))
      this.#parts.fail(
        'rule 4',
        `${lineage}: a resolve accepted well before the trigger closed its incident`,
      );
  }

  #event(inputId: string): Accepted[] {
    const slash = inputId.lastIndexOf('/');
    const row = this.#parts.disk.journal.get(inputId.slice(0, slash));
    const noted = this.#parts.disk.journal.get(inputId);
    if (noted !== undefined) return this.#noted(noted);
    const event =
      row === undefined ? undefined : eventsOf(row.inputJson).events[Number(inputId.slice(slash + 1))];
    const at = this.#at(row?.stamp);
    return event === undefined || at === null ? [] : [{ event, ...at }];
  }

  /** The event that a note stands for, where it came before its own row. */
  #noted({ inputJson, stamp }: { inputJson: string; stamp: Stamp }): Accepted[] {
    const input = JSON.parse(inputJson) as Input;
    const at = this.#at(stamp);
    return input.kind === 'noted' && at !== null ? [{ event: input.event, ...at }] : [];
  }

  #at(stamp: Stamp | undefined): Omit<Accepted, 'event'> | null {
    const at = stamp === undefined ? undefined : this.#parts.stamps.get(keyOf(stamp));
    return stamp === undefined || at === undefined ? null : { stamp, ...at };
  }
}

const keyOf = ({ host, seq }: Stamp): string => `${host} ${seq}`;

function eventsOf(inputJson: string): { events: AlertEvent[] } {
  const input = JSON.parse(inputJson) as Input;
  return { events: input.kind === 'alert' ? input.events : [] };
}
