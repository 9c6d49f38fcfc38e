/** Everything that follows commits without being asked: the feed for `relay tail`, counts, latencies, metrics, problems. */
import { CommittedFeed } from '../engine/feed.ts';
import type { Problems } from '../engine/ports.ts';
import { TIMELINE, type TimelineRow } from '../incidents/rows.ts';
import type { Outgoing } from '../messaging/port.ts';
import { MESSAGE, type MessageRow } from '../notifications/rows.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Change, JournalRow } from '../store/port.ts';
import { Bounces } from './bounces.ts';
import { StageLatency } from './latency.ts';
import { Tally } from './tally.ts';
import { Unreached } from './unreached.ts';

/** So long a test page may still be answered while its sender watches. */
const TEST_ANSWER_MS = 10 * 60_000;

export class CommitWatch {
  readonly feed = new CommittedFeed();
  readonly tally = new Tally();
  readonly #metrics: Metrics;
  readonly #latency: StageLatency;
  readonly #unreached: Unreached;
  readonly #bounces: Bounces;
  #testedAtMs = -Infinity;

  constructor(metrics: Metrics, problems: Problems, bounces: Bounces = new Bounces(problems)) {
    this.#metrics = metrics;
    this.#bounces = bounces;
    this.#unreached = new Unreached(problems);
    this.#latency = new StageLatency(metrics);
  }

  committed(change: Pick<Change, 'rows' | 'incidents'>, nowMs: number): void {
    this.feed.committed(change, nowMs);
    this.tally.committed(change);
    this.#latency.committed(change, nowMs);
    this.#unreached.committed(change);
    this.#bounces.committed(change);
    for (const row of change.rows) {
      if (row.kind === TIMELINE) this.#line((row.body as TimelineRow).kind);
      else if (row.kind === MESSAGE) this.#message(row.body as MessageRow);
    }
  }

  /** These rows were accepted here. */
  accepted(rows: readonly Pick<JournalRow, 'input' | 'stamp'>[], nowMs: number): void {
    this.#latency.accepted(rows, nowMs);
    for (const { input } of rows) {
      this.#metrics.accepted(input.kind === 'alert' ? (input.events[0]?.source ?? 'none') : input.kind);
    }
  }

  /** Whether somebody has been paged, or tested of late, and an answer may come at any moment. */
  answerAwaited(nowMs: number): boolean {
    return this.tally.counts.triggered > 0 || nowMs - this.#testedAtMs < TEST_ANSWER_MS;
  }

  /** A provider call begins. */
  called(message: Outgoing, nowMs: number): void {
    this.#latency.called(message, nowMs);
  }

  /** It has ended. */
  answered(message: Outgoing, nowMs: number): void {
    this.#latency.answered(message, nowMs);
  }

  #line(kind: string): void {
    if (kind === 'opened' || kind === 'acknowledged' || kind === 'resolved') this.#metrics.incident(kind);
  }

  /** Each change of a message's row is its newest line; an answer to it is none of its own. */
  #message({ channel, status, log, purpose, claimedAtMs }: MessageRow): void {
    if (purpose === 'test') this.#testedAtMs = Math.max(this.#testedAtMs, claimedAtMs);
    const kind = log.at(-1)?.kind;
    // A call whose outcome the provider couldn't tell when asked was counted as in doubt already.
    if (kind === undefined || kind === 'answered' || kind === 'unclear') return;
    // Counted by the host that sent it.
    if (kind === 'adopted') return;
    // That a provider passed it on says nothing yet.
    if (kind === 'receipt' && status === 'accepted') return;
    this.#metrics.message(channel, kind === 'ended' || kind === 'receipt' ? status : kind);
  }
}
