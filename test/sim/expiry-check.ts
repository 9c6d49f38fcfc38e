/** S19: what resolves itself had been acknowledged, and nothing more of it had come for as long as it says. */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { Input } from '../../src/relay/events/types.ts';
import { TIMELINE, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import type { Change } from '../../src/relay/store/port.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { Versions } from './roster-disk.ts';

interface ExpiryCheckParts {
  disk: MemoryDisk;
  versions: Versions;
  fail(invariant: string, text: string): void;
}

/** A trigger that a lineage took, and when, in its own time. */
interface Taken {
  atMs: number;
  /** Null: its source says itself when things are well. */
  afterMs: number | null;
}

interface Known {
  openedAtMs: number;
  isAnswered: boolean;
  /** As the line of its last answer says. */
  isPromised: boolean;
}

export class ExpiryCheck {
  readonly #parts: ExpiryCheckParts;
  readonly #taken = new Map<string, Taken[]>();
  readonly #known = new Map<number, Known>();

  constructor(parts: ExpiryCheckParts) {
    this.#parts = parts;
  }

  /** Whether its timeline says that it will resolve itself: then a timer is ahead of it. */
  promised(number: number): boolean {
    return this.#known.get(number)?.isPromised === true;
  }

  onLineage(change: Change, before: Envelope<LineageState> | null, after: Envelope<LineageState>): void {
    for (const { number, line } of linesOf(change)) this.#read(change.key, number, line);
    const seen = new Set(before?.seen.map((one) => one.id));
    const taken = after.seen.filter((one) => !seen.has(one.id)).flatMap((one) => this.#triggers(one.id));
    const atMs = after.nowMs;
    const all = this.#taken.get(change.key) ?? [];
    this.#taken.set(change.key, [...all, ...taken.map((afterMs) => ({ atMs, afterMs }))]);
  }

  #read(lineage: string, number: number, line: TimelineRow): void {
    const { kind, actor, text, atMs } = line;
    const known = this.#known.get(number) ?? { openedAtMs: atMs, isAnswered: false, isPromised: false };
    this.#known.set(number, known);
    if (kind === 'acknowledged') {
      known.isAnswered = !text.startsWith('snoozed until ');
      known.isPromised = text.includes('; resolves itself when ');
    } else if (kind === 'kept') {
      known.isPromised = false;
    } else if (kind === 'resolved') {
      if (text.startsWith('resolved by itself')) this.#mayEnd(lineage, number, known, atMs);
      known.isPromised = false;
    } else if (
      ['again', 'reassigned', 'handover'].includes(kind) ||
      (kind === 'escalate' && actor !== 'relay')
    ) {
      known.isAnswered = false;
      known.isPromised = false;
    }
  }

  #mayEnd(lineage: string, number: number, { isAnswered, openedAtMs }: Known, atMs: number): void {
    const fail = (text: string): void => this.#parts.fail('S19', `#${number} resolved itself ${text}`);
    if (!isAnswered) fail('and nobody had acknowledged it');
    const taken = (this.#taken.get(lineage) ?? []).filter((one) => one.atMs >= openedAtMs);
    const own = taken.map((one) => one.afterMs);
    const longest = own.reduce<number>((most, one) => Math.max(most, one ?? Infinity), 0);
    const shortest = Math.min(longest, ...this.#settings(lineage));
    const quietMs = atMs - Math.max(openedAtMs, ...taken.map((one) => one.atMs));
    if (quietMs < shortest) fail(`${quietMs} ms after its last alert, of ${shortest}`);
  }

  /** All that any version of the roster has said. */
  #settings(lineage: string): number[] {
    const service = lineage.slice('i:'.length, lineage.indexOf('/'));
    const { versions } = this.#parts;
    return Array.from({ length: versions.latest }, (_, index) => versions.at(index + 1)).flatMap((roster) => {
      const ms = roster?.services.find((one) => one.id === service)?.autoResolveMs;
      return typeof ms === 'number' ? [ms] : [];
    });
  }

  #triggers(inputId: string): (number | null)[] {
    const slash = inputId.lastIndexOf('/');
    const row = this.#parts.disk.journal.get(inputId.slice(0, slash));
    const input = row === undefined ? null : (JSON.parse(row.inputJson) as Input);
    const event = input?.kind === 'alert' ? input.events[Number(inputId.slice(slash + 1))] : undefined;
    return event?.action === 'trigger' ? [event.expiresAfterMs ?? null] : [];
  }
}

function linesOf(change: Change): { number: number; line: TimelineRow }[] {
  return change.rows
    .filter((row) => row.kind === TIMELINE)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map((row) => ({
      number: Number(row.key.slice(0, row.key.indexOf('/'))),
      line: row.body as TimelineRow,
    }));
}
