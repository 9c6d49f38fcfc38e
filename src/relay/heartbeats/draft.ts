/** What a step changes, collected: the state, what is said to the incident, lines of history, the one timer. */
import type { AlertEvent, Stamp } from '../events/types.ts';
import type { Handover, StepResult } from '../engine/effects.ts';
import type { Row } from '../store/port.ts';
import { HEARTBEAT_LINE, lineKey, type HeartbeatLine } from './rows.ts';
import type { HeartbeatState } from './types.ts';

/** Whose stamps a heartbeat's events carry: no host can be called so, and within one of them the seq decides (rule 4). */
const stampedBy = (id: string): string => `~heartbeat/${id}`;

/** The one timer: look whether it is overdue. */
export const JUDGE = 'judge';

export class Draft {
  state: HeartbeatState;
  readonly #nowMs: number;
  readonly #handovers: Handover[] = [];
  readonly #rows: Row[] = [];
  #timer: { set: number } | 'keep' | 'cancel' = 'keep';
  #reason = 'nothing changes';

  constructor(state: HeartbeatState, nowMs: number) {
    this.state = state;
    this.#nowMs = nowMs;
  }

  set(changed: Partial<HeartbeatState>): void {
    this.state = { ...this.state, ...changed };
  }

  /** To the lineage of the event; in the order in which it is said. */
  say(event: AlertEvent): void {
    const { id } = this.state;
    const seq = this.state.events + 1;
    this.set({ events: seq });
    const stamp: Stamp = { host: stampedBy(id), seq, atMs: this.#nowMs, trusted: true };
    this.#handovers.push({
      kind: 'event',
      id: `heartbeat/${id}/${seq}`,
      lineage: `i:${event.service}/${event.dedupKey}`,
      event,
      stamp,
    });
  }

  line(kind: HeartbeatLine['kind'], text: string, durationMs?: number): void {
    const line = this.state.lines;
    this.set({ lines: line + 1 });
    const body: HeartbeatLine = {
      line,
      atMs: this.#nowMs,
      kind,
      text,
      ...(durationMs === undefined ? {} : { durationMs }),
    };
    this.#rows.push({ kind: HEARTBEAT_LINE, key: lineKey(line), body });
    this.#reason = text;
  }

  /**
   * Null: none. One that fires earlier stays, and is set again when it does: most pings then cost one commit and no
   * timer.
   */
  timer(atMs: number | null): void {
    const { timerMs } = this.state;
    if (atMs === null) {
      if (timerMs === null) return;
      this.#timer = 'cancel';
    } else {
      if (timerMs !== null && timerMs <= atMs) return;
      this.#timer = { set: atMs };
    }
    this.set({ timerMs: atMs });
  }

  result(): StepResult<HeartbeatState> {
    return {
      state: this.state,
      effects: {
        handovers: this.#handovers,
        setTimers: typeof this.#timer === 'object' ? [{ name: JUDGE, atMs: this.#timer.set }] : [],
        cancelTimers: this.#timer === 'cancel' ? [JUDGE] : [],
        rows: this.#rows,
        incidents: [],
      },
      reason: this.#reason,
    };
  }
}
