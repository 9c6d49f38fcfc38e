/**
 * A rotation as a line of time: who is on call from when until when, gaps included. It is worked out in blocks of some
 * days when they are first asked about, so that a question is a look-up, however many years after the start. The
 * number of spans that are kept is bounded.
 */
import type { Roster, Rotation } from '../types.ts';
import { sameAnswer, type Answer, type Span } from './answers.ts';
import { DAY_MS } from './civil.ts';
import { answerAt, standInsOf, standInsWithin, type StandIns } from './stand-ins.ts';
import { Turns, type Piece } from './turns.ts';
import { zoneOf } from './zone.ts';

interface Block {
  /** When each span begins, for the search. */
  begins: Float64Array;
  spans: Span[];
}

const SPANS_A_BLOCK = 96;
const BLOCK_DAYS_MAX = 512;
const SPANS_KEPT = 131_072;
/** Questions beyond are answered as at the edge: the years 1 to 9999 or so. */
const EARLIEST_MS = -6.2e13;
const LATEST_MS = 2.5e14;
/** How far `untilMs` looks before it says that no end is known. */
const STEPS_MAX = 4_000;
const AHEAD_MAX_MS = 100 * 366 * DAY_MS;

export class Timeline {
  readonly #people: ReadonlySet<string>;
  readonly #layers: readonly Turns[];
  readonly #standIns: StandIns;
  /** Why the rotation can't be read; everything is a gap then. */
  readonly #broken: string | null;
  readonly #blockMs: number;
  /** From here on nothing changes any more; Infinity: it always may. */
  readonly #settledMs: number;
  readonly #blocks = new Map<number, Block>();
  #kept = 0;

  constructor(roster: Roster, rotation: Rotation) {
    this.#people = new Set(roster.people.map((one) => one.id));
    const { layers, broken } = compiled(rotation);
    this.#layers = layers;
    this.#broken = broken;
    const members = new Set(layers.flatMap((layer) => layer.members));
    this.#standIns = broken === null ? standInsOf(roster, rotation.id, members) : NO_STAND_INS;
    const perDay = layers.reduce((sum, layer) => sum + layer.perDay, 0);
    const days = Math.min(BLOCK_DAYS_MAX, Math.max(1, Math.floor(SPANS_A_BLOCK / perDay)));
    this.#blockMs = days * DAY_MS;
    this.#settledMs = settledMs(layers, this.#standIns, this.#people);
  }

  /**
   * Who is on call at an instant, and why. The answer holds at least from `fromMs` until `untilMs`; it may be cut at the
   * edge of a block, which `spans` is not.
   */
  at(atMs: number): Span {
    const ms = Math.min(Math.max(atMs, EARLIEST_MS), LATEST_MS);
    const { begins, spans } = this.#block(Math.floor(ms / this.#blockMs));
    let low = 0;
    let high = begins.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((begins[middle] ?? 0) <= ms) low = middle;
      else high = middle;
    }
    // A block covers all its time, so that there is always one.
    return spans[low] as Span;
  }

  /** The calendar between two instants without a hole: gaps have nobody. The first and the last span are cut there. */
  spans(fromMs: number, untilMs: number): Span[] {
    const out: Span[] = [];
    let last: Span | undefined;
    for (let atMs = fromMs; atMs < untilMs; ) {
      const { spans } = this.#block(Math.floor(atMs / this.#blockMs));
      for (const span of spans) {
        if (span.untilMs <= atMs) continue;
        if (span.fromMs >= untilMs) break;
        const endMs = Math.min(span.untilMs, untilMs);
        if (last !== undefined && sameAnswer(last, span)) last.untilMs = endMs;
        else out.push((last = { ...span, fromMs: atMs, untilMs: endMs }));
        atMs = endMs;
      }
    }
    return out;
  }

  /**
   * When whoever is on call at an instant really stops: spans of one person that touch are one. Of a gap: when it ends.
   * null: no end is known.
   */
  untilMs(atMs: number): number | null {
    let span = this.at(atMs);
    const { person } = span;
    for (let step = 0; step < STEPS_MAX && span.untilMs < atMs + AHEAD_MAX_MS; step += 1) {
      if (span.fromMs >= this.#settledMs || span.untilMs > LATEST_MS) return null;
      const next = this.at(span.untilMs);
      if (next.person !== person) return next.fromMs;
      span = next;
    }
    return null;
  }

  #block(index: number): Block {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    const block = this.#build(index * this.#blockMs, (index + 1) * this.#blockMs);
    this.#blocks.set(index, block);
    this.#kept += block.spans.length;
    for (const [oldest, { spans }] of this.#blocks) {
      if (this.#kept <= SPANS_KEPT || oldest === index) break;
      this.#blocks.delete(oldest);
      this.#kept -= spans.length;
    }
    return block;
  }

  #build(fromMs: number, untilMs: number): Block {
    const spans = this.#broken === null ? this.#swept(fromMs, untilMs) : [];
    if (this.#broken !== null)
      spans.push({ fromMs, untilMs, person: null, layer: null, because: gapFor(this.#broken) });
    return { begins: Float64Array.from(spans, (span) => span.fromMs), spans };
  }

  /** Goes from edge to edge of everything that begins or ends, and asks for the answer behind each. */
  #swept(fromMs: number, untilMs: number): Span[] {
    const layers = this.#layers.map((layer) => layer.within(fromMs, untilMs));
    const standIns = standInsWithin(this.#standIns, fromMs, untilMs);
    const next = layers.map(() => 0);
    const spans: Span[] = [];
    let last: Span | undefined;
    let beforeMs = Number.NaN;
    for (const atMs of edges(fromMs, untilMs, layers, standIns)) {
      if (atMs === beforeMs) continue;
      beforeMs = atMs;
      const pieces = layers.map((ofLayer, index): Piece | null => {
        let at = next[index] ?? 0;
        while ((ofLayer[at]?.untilMs ?? Infinity) <= atMs) at += 1;
        next[index] = at;
        const piece = ofLayer[at];
        return piece !== undefined && piece.fromMs <= atMs ? piece : null;
      });
      const answer: Answer = answerAt({
        atMs,
        layers: this.#layers,
        pieces,
        people: this.#people,
        standIns,
      });
      if (last !== undefined && sameAnswer(last, answer)) continue;
      if (last !== undefined) last.untilMs = atMs;
      last = { ...answer, fromMs: atMs, untilMs };
      spans.push(last);
    }
    return spans;
  }
}

const NO_STAND_INS: StandIns = { absences: [], overrides: [] };

const gapFor = (broken: string): Span['because'] => ({ kind: 'gap', absent: [], broken });

/**
 * A roster may come from a host that knows more zones than this one: its rotation is a gap here, so that the next
 * level is told, and never an error in the middle of a page.
 */
function compiled(rotation: Rotation): { layers: Turns[]; broken: string | null } {
  try {
    const zone = zoneOf(rotation.zone);
    return { layers: rotation.layers.map((layer, index) => new Turns(zone, layer, index)), broken: null };
  } catch (error) {
    if (error instanceof RangeError) return { layers: [], broken: error.message };
    throw error;
  }
}

/** Every instant from `fromMs` on at which the answer may change, ascending, `fromMs` first; some more than once. */
function edges(fromMs: number, untilMs: number, layers: Piece[][], standIns: StandIns): Float64Array {
  const found = [fromMs];
  const add = (one: { fromMs: number; untilMs: number | null }): void => {
    if (one.fromMs > fromMs && one.fromMs < untilMs) found.push(one.fromMs);
    if (one.untilMs !== null && one.untilMs > fromMs && one.untilMs < untilMs) found.push(one.untilMs);
  };
  for (const pieces of layers) for (const piece of pieces) add(piece);
  standIns.overrides.forEach(add);
  standIns.absences.forEach(add);
  return Float64Array.from(found).sort();
}

/** When the last change is over: after it one person has it for ever, or nobody has. */
function settledMs(layers: readonly Turns[], standIns: StandIns, people: ReadonlySet<string>): number {
  const lone = layers.at(-1)?.lone ?? null;
  const forEver =
    layers.every((layer) => layer.members.length === 0) ||
    (lone !== null && people.has(lone.person)) ||
    standIns.overrides.some((one) => one.untilMs === null && one.instead === undefined);
  if (!forEver) return Infinity;
  const finite = [...standIns.overrides, ...standIns.absences].flatMap((one) =>
    one.untilMs === null ? [one.fromMs] : [one.fromMs, one.untilMs],
  );
  return Math.max(-Infinity, lone?.beginMs ?? -Infinity, ...finite);
}

const timelines = new WeakMap<Roster, Map<string, Timeline>>();

/**
 * The timeline of a rotation, remembered as long as the roster is: rosters never change, an edit makes another. null:
 * the roster has no such rotation.
 */
export function timelineOf(roster: Roster, rotation: string): Timeline | null {
  let known = timelines.get(roster);
  if (known === undefined) {
    known = new Map<string, Timeline>();
    timelines.set(roster, known);
  }
  const found = known.get(rotation);
  if (found !== undefined) return found;
  const described = roster.rotations?.find((one) => one.id === rotation);
  // Not remembered: names that nobody has would add up.
  if (described === undefined) return null;
  const timeline = new Timeline(roster, described);
  known.set(rotation, timeline);
  return timeline;
}
