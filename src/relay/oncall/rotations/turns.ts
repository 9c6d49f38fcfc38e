/** One layer of a rotation, compiled: whose turn it is in which pieces of time. */
import type { Layer } from '../types.ts';
import type { Because, Turn } from './answers.ts';
import { OpenHours } from './hours.ts';
import { Shifts } from './shifts.ts';
import type { Zone } from './zone.ts';

/** A part of a turn in which its layer answers. */
export interface Piece {
  fromMs: number;
  untilMs: number;
  /** Whose turn, as an index of the members. */
  member: number;
  /** That it is simply their turn; one object for all pieces of a turn. */
  because: Because & { kind: 'shift' };
}

const HOURS_A_SHIFT = { hours: 1, days: 24, weeks: 168, months: 720 } as const;

export class Turns {
  readonly members: readonly string[];
  /** About how many pieces begin in a day. */
  readonly perDay: number;
  /** The only member, in a layer that always answers from `beginMs` on; null: it depends on the time. */
  readonly lone: { person: string; beginMs: number } | null;
  readonly #index: number;
  readonly #layer: Layer;
  readonly #shifts: Shifts;
  readonly #hours: OpenHours | null;
  /** Shifts that all have the same member are one without an end. */
  readonly #isLone: boolean;

  /** Rejects with RangeError when the layer can't be read. */
  constructor(zone: Zone, layer: Layer, index: number) {
    this.members = layer.members;
    this.#index = index;
    this.#layer = layer;
    this.#shifts = new Shifts(zone, layer);
    this.#hours = layer.during === undefined ? null : new OpenHours(zone, layer.during);
    const [first] = layer.members;
    this.#isLone = first !== undefined && layer.members.every((member) => member === first);
    this.lone =
      first !== undefined && this.#isLone && this.#hours === null
        ? { person: first, beginMs: this.#shifts.beginMs(0) }
        : null;
    const { every, unit } = layer.shift;
    const shiftsADay = this.#isLone ? 0 : 24 / (every * HOURS_A_SHIFT[unit]);
    // Each window may leave a gap behind it, which is a piece of another layer.
    this.perDay = shiftsADay + ((this.#hours?.perWeek ?? 0) * 2) / 7;
  }

  /** The pieces that overlap these instants, ascending; the first and the last may reach beyond them. */
  within(fromMs: number, untilMs: number): Piece[] {
    if (this.members.length === 0) return [];
    const turns = this.#turnsWithin(fromMs, untilMs);
    if (this.#hours === null) return turns;
    const pieces: Piece[] = [];
    const windows = this.#hours.within(fromMs, untilMs);
    let first = 0;
    for (const turn of turns) {
      while ((windows[first]?.untilMs ?? Infinity) <= turn.fromMs) first += 1;
      for (let at = first; at < windows.length; at += 1) {
        const window = windows[at];
        if (window === undefined || window.fromMs >= turn.untilMs) break;
        pieces.push({
          ...turn,
          fromMs: Math.max(turn.fromMs, window.fromMs),
          untilMs: Math.min(turn.untilMs, window.untilMs),
        });
      }
    }
    return pieces;
  }

  #turnsWithin(fromMs: number, untilMs: number): Piece[] {
    if (this.#isLone) {
      const beginMs = this.#shifts.beginMs(0);
      return beginMs < untilMs ? [this.#piece(beginMs, Infinity, 0)] : [];
    }
    const found: Piece[] = [];
    let n = Math.max(this.#shifts.indexAt(fromMs), 0);
    let beginMs = this.#shifts.beginMs(n);
    while (beginMs < untilMs) {
      const endMs = this.#shifts.beginMs(n + 1);
      // An empty one falls on an hour that the clocks skip: its member's turn is lost, nobody else's moves.
      if (endMs > beginMs && endMs > fromMs) found.push(this.#piece(beginMs, endMs, n));
      beginMs = endMs;
      n += 1;
    }
    return found;
  }

  #piece(fromMs: number, untilMs: number, n: number): Piece {
    const turn: Turn = {
      layer: this.#index,
      shift: this.#layer.shift,
      fromMs,
      untilMs: untilMs === Infinity ? null : untilMs,
    };
    return { fromMs, untilMs, member: n % this.members.length, because: { kind: 'shift', turn } };
  }
}
