/**
 * S21: what its monitor opens too often is told once and held open; it closes by itself only once it has been well for as
 * long as it says.
 */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import { TIMELINE, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import type { Change } from '../../src/relay/store/port.ts';

interface FlapCheckParts {
  fail(invariant: string, text: string): void;
}

interface Known {
  /** When it was opened, since somebody else than its monitor closed it. */
  openings: number[];
  /** Numbers that say that they flap. */
  flapping: Set<number>;
  /** Since when each open one is well, as far as its lines tell; absent: it isn't. */
  lastTriggerMs: number;
}

/** What every service of the simulation goes by. */
const OPENS = 4;
const WITHIN_MS = 30 * 60_000;
const STEADY_MS = 15 * 60_000;

export class FlapCheck {
  readonly #parts: FlapCheckParts;
  readonly #known = new Map<string, Known>();

  constructor(parts: FlapCheckParts) {
    this.#parts = parts;
  }

  onLineage(change: Change, { domain }: Envelope<LineageState>): void {
    const known = this.#known.get(change.key) ?? {
      openings: [],
      flapping: new Set<number>(),
      lastTriggerMs: -Infinity,
    };
    this.#known.set(change.key, known);
    const lines = change.rows
      .filter((row) => row.kind === TIMELINE)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ key, body }) => ({ number: Number(key.slice(0, key.indexOf('/'))), ...(body as TimelineRow) }));
    for (const [index, line] of lines.entries()) this.#read(change.key, known, line, lines.slice(index + 1));
    const { incident } = domain;
    const isHeld = incident?.flapping?.wellSinceMs !== undefined;
    if (isHeld && !known.flapping.has(incident.number))
      this.#parts.fail('S21', `#${incident.number} is held open and does not say why`);
  }

  #read(
    lineage: string,
    known: Known,
    line: TimelineRow & { number: number },
    rest: readonly (TimelineRow & { number: number })[],
  ): void {
    const { kind, text, atMs, number } = line;
    const fail = (what: string): void => this.#parts.fail('S21', `#${number} of ${lineage} ${what}`);
    if (kind === 'opened') {
      known.lastTriggerMs = atMs;
      const own = rest.filter((one) => one.number === number);
      if (own.some((one) => one.kind === 'resolved' && one.text.startsWith('already resolved'))) return;
      known.openings = [...known.openings, atMs].filter((one) => one > atMs - WITHIN_MS);
      const says = own.some((one) => one.kind === 'flapping');
      if (says !== known.openings.length >= OPENS)
        fail(`${says ? 'says' : 'does not say'} that it flaps, opened ${known.openings.length} times`);
      if (says) known.flapping.add(number);
    } else if (kind === 'event') known.lastTriggerMs = Math.max(known.lastTriggerMs, atMs);
    else if (kind === 'resolved') {
      const isFlapping = known.flapping.has(number);
      const isByMonitor = line.byPerson !== true && /^resolved by (?!itself)/.test(text);
      if (isByMonitor) {
        if (isFlapping) fail('was closed by its monitor though it flaps');
        return;
      }
      if (text.startsWith('already resolved')) return;
      if (text.startsWith('resolved: steady')) {
        if (!isFlapping) fail('was closed for being steady, and had not flapped');
        if (atMs - known.lastTriggerMs < STEADY_MS) fail('was closed for being steady, and was not');
      }
      known.openings = [];
    }
  }
}
