/** What has been committed, as lines for `relay tail`, and the last thousand of them. */
import type { TimelineRow } from '../incidents/rows.ts';
import { TIMELINE } from '../incidents/rows.ts';
import { MESSAGE, type MessageRow } from '../notifications/rows.ts';
import type { Change } from '../store/port.ts';
import type { Happening } from './ports.ts';

const KEPT = 1_000;

export class CommittedFeed {
  readonly #listeners = new Set<(happening: Happening) => void>();
  #recent: Happening[] = [];

  subscribe(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  recent(sinceMs: number): Happening[] {
    return this.#recent.filter((one) => one.atMs >= sinceMs);
  }

  publish(happening: Happening): void {
    this.#recent.push(happening);
    if (this.#recent.length > 2 * KEPT) this.#recent = this.#recent.slice(-KEPT);
    for (const listener of this.#listeners) listener(happening);
  }

  /** The lines that a commit wrote. Repeats of one event are one line a commit. */
  committed(change: Pick<Change, 'rows'>, nowMs: number): void {
    for (const row of change.rows) {
      if (row.kind === TIMELINE) this.#timeline(row.key, row.body as TimelineRow, nowMs);
      else if (row.kind === MESSAGE) this.#message(row.body as MessageRow, nowMs);
    }
  }

  #timeline(key: string, line: TimelineRow, nowMs: number): void {
    this.publish({
      atMs: line.count === undefined ? line.atMs : nowMs,
      kind: line.kind,
      text: line.count !== undefined && line.count > 1 ? `${line.text} (${line.count} times)` : line.text,
      actor: line.actor,
      incident: Number(key.slice(0, key.indexOf('/'))),
    });
  }

  #message(row: MessageRow, nowMs: number): void {
    const last = row.log.at(-1);
    const [member] = row.members;
    this.publish({
      atMs: last?.atMs ?? nowMs,
      kind: last?.kind === 'answered' ? 'answered' : 'message',
      text: `${row.channel} to ${row.to}: ${last?.text ?? row.status}`,
      actor: 'relay',
      person: row.person,
      ...(member === undefined ? {} : { incident: member.number }),
      message: {
        id: row.id,
        channel: row.channel,
        status: row.status,
        ...(row.providerId === null ? {} : { providerId: row.providerId }),
        ...(row.error === null ? {} : { error: row.error }),
        ...(row.cure === null ? {} : { cure: row.cure }),
      },
    });
  }
}
