/** Everything that follows commits without being asked: the feed for `relay tail`, counts, latencies, metrics. */
import { CommittedFeed } from '../engine/feed.ts';
import { TIMELINE, type TimelineRow } from '../incidents/rows.ts';
import type { Outgoing } from '../messaging/port.ts';
import { MESSAGE, type MessageRow } from '../notifications/rows.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Change } from '../store/port.ts';
import { FirstCallLatency } from './latency.ts';
import { Tally } from './tally.ts';

export class CommitWatch {
  readonly feed = new CommittedFeed();
  readonly tally = new Tally();
  readonly #metrics: Metrics;
  readonly #latency: FirstCallLatency;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    this.#latency = new FirstCallLatency((durationMs) => metrics.acceptToFirstCall(durationMs));
  }

  committed(change: Pick<Change, 'rows' | 'incidents'>, nowMs: number): void {
    this.feed.committed(change, nowMs);
    this.tally.committed(change);
    this.#latency.committed(change);
    for (const row of change.rows) {
      if (row.kind === TIMELINE) this.#line((row.body as TimelineRow).kind);
      else if (row.kind === MESSAGE) this.#message(row.body as MessageRow);
    }
  }

  /** A provider call begins. */
  called(message: Outgoing, nowMs: number): void {
    this.#latency.called(message.thread, nowMs);
  }

  #line(kind: string): void {
    if (kind === 'opened' || kind === 'acknowledged' || kind === 'resolved') this.#metrics.incident(kind);
  }

  /** Each change of a message's row is its newest line; an answer to it is none of its own. */
  #message({ channel, status, log }: MessageRow): void {
    const newest = log.at(-1)?.text ?? '';
    if (newest.startsWith('answered')) return;
    if (status !== 'claimed') this.#metrics.message(channel, status);
    else if (newest.startsWith('claimed')) this.#metrics.message(channel, 'claimed');
    else this.#metrics.message(channel, newest.startsWith('in doubt') ? 'doubt' : 'refused');
  }
}
