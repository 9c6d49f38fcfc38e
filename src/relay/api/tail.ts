/** The live feed as lines of JSON: a reader that can't keep up is dropped, the daemon never buffers for it. */
import type { ServerResponse } from 'node:http';
import type { Happening } from '../engine/ports.ts';
import type { Feed } from './core.ts';
import type { HappeningJson } from './wire.ts';

/** What one reader may leave unread before it is dropped; the kernel's own socket buffer comes on top. */
export const UNREAD_LIMIT_BYTES = 1024 * 1024;

export interface TailFilter {
  /** Start with what is remembered since then; null: only what comes. */
  sinceMs: number | null;
  incident: number | null;
  person: string | null;
}

/** Every open tail of one server, so that a shutdown can end them. */
export class Tails {
  readonly #feed: Feed;
  readonly #open = new Set<() => void>();

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  /** Answers `response` with the feed until the reader goes, is too slow, or the server closes. */
  follow(response: ServerResponse, filter: TailFilter): void {
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    response.flushHeaders();
    const send = (happening: Happening): void => {
      if (response.destroyed || !matches(happening, filter)) return;
      response.write(`${JSON.stringify(happeningJson(happening))}\n`);
      if (response.writableLength > UNREAD_LIMIT_BYTES) response.destroy();
    };
    if (filter.sinceMs !== null) this.#feed.recent(filter.sinceMs).forEach(send);
    const unsubscribe = this.#feed.subscribe(send);
    const end = (): void => {
      unsubscribe();
      this.#open.delete(end);
      response.end();
    };
    this.#open.add(end);
    response.once('close', end);
  }

  /** How many readers there are. */
  get size(): number {
    return this.#open.size;
  }

  /** Ends every reader's stream cleanly. */
  close(): void {
    for (const end of this.#open) end();
  }
}

function matches(happening: Happening, filter: TailFilter): boolean {
  if (filter.incident !== null && happening.incident !== filter.incident) return false;
  return filter.person === null || happening.person === filter.person;
}

function happeningJson({ atMs, ...rest }: Happening): HappeningJson {
  return { at: new Date(atMs).toISOString(), ...rest };
}
