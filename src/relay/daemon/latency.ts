/**
 * How long the stages of an alert's way take, on this host: durable, incident opened, message claimed, provider called,
 * answered. Measured from outside, by what is committed and called.
 */
import { TIMELINE, type IncidentBody, type TimelineRow } from '../incidents/rows.ts';
import type { Outgoing } from '../messaging/port.ts';
import { MESSAGE, type MessageRow } from '../notifications/rows.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Change, JournalRow } from '../store/port.ts';

/** Inputs, incidents and messages that are waited for at most; beyond, the oldest is let go unmeasured. */
const WAITING = 2_000;

type Stages = Pick<Metrics, 'acceptToFirstCall' | 'durableToOpened' | 'openedToClaim' | 'claimToAnswer'>;

export class StageLatency {
  readonly #metrics: Stages;
  /** Alerts by their stamp: when they were durable. */
  readonly #durable = new Since<string>();
  /** Incidents by their number: when their first alert was accepted. */
  readonly #accepted = new Since<number>();
  /** Incidents by their number: when they were opened. */
  readonly #opened = new Since<number>();
  /** Messages by their id: when they were claimed last. */
  readonly #claimed = new Since<string>();

  constructor(metrics: Stages) {
    this.#metrics = metrics;
  }

  /** These inputs are durable. */
  accepted(rows: readonly Pick<JournalRow, 'input' | 'stamp'>[], nowMs: number): void {
    for (const { input, stamp } of rows)
      if (input.kind === 'alert') this.#durable.add(stampKey(stamp), nowMs);
  }

  committed({ rows, incidents }: Pick<Change, 'rows' | 'incidents'>, nowMs: number): void {
    for (const { number, body } of incidents) {
      const { status, events, openedAt } = body as IncidentBody;
      if (status === 'triggered' && events <= 1) this.#accepted.addOnce(number, Date.parse(openedAt));
    }
    for (const { kind, key, body } of rows) {
      if (kind === TIMELINE) this.#line(Number(key.slice(0, key.indexOf('/'))), body as TimelineRow, nowMs);
      else if (kind === MESSAGE) this.#message(body as MessageRow, nowMs);
    }
  }

  /** A provider call begins. */
  called({ thread }: Pick<Outgoing, 'thread'>, nowMs: number): void {
    const durationMs = thread === undefined ? null : this.#accepted.take(thread, nowMs);
    if (durationMs !== null) this.#metrics.acceptToFirstCall(durationMs);
  }

  /** A provider call has ended, however it did. */
  answered({ id, channel }: Pick<Outgoing, 'id' | 'channel'>, nowMs: number): void {
    const durationMs = this.#claimed.take(id, nowMs);
    if (durationMs !== null) this.#metrics.claimToAnswer(channel, durationMs);
  }

  #line(number: number, { kind, stamp }: TimelineRow, nowMs: number): void {
    if (kind !== 'opened' || stamp === undefined) return;
    const durationMs = this.#durable.take(stampKey(stamp), nowMs);
    if (durationMs === null) return;
    this.#metrics.durableToOpened(durationMs);
    this.#opened.addOnce(number, nowMs);
  }

  #message({ id, status, members }: MessageRow, nowMs: number): void {
    if (status !== 'claimed') return;
    this.#claimed.add(id, nowMs);
    for (const { number } of members) {
      const durationMs = this.#opened.take(number, nowMs);
      if (durationMs !== null) this.#metrics.openedToClaim(durationMs);
    }
  }
}

/** When things began whose end is waited for. */
class Since<Key> {
  readonly #atMs = new Map<Key, number>();

  add(key: Key, atMs: number): void {
    this.#atMs.delete(key);
    this.#atMs.set(key, atMs);
    if (this.#atMs.size <= WAITING) return;
    const [oldest] = this.#atMs.keys();
    if (oldest !== undefined) this.#atMs.delete(oldest);
  }

  addOnce(key: Key, atMs: number): void {
    if (!this.#atMs.has(key)) this.add(key, atMs);
  }

  /** How long ago that was, in milliseconds; null: nobody knows. It is asked once. */
  take(key: Key, nowMs: number): number | null {
    const atMs = this.#atMs.get(key);
    this.#atMs.delete(key);
    return atMs === undefined ? null : Math.max(0, nowMs - atMs);
  }
}

const stampKey = ({ host, seq }: JournalRow['stamp']): string => `${host}/${seq}`;
