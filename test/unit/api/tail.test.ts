import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor } from '../../../src/cli/client.ts';
import type { Client } from '../../../src/cli/client.ts';
import { UNREAD_LIMIT_BYTES } from '../../../src/relay/api/tail.ts';
import type { HappeningJson } from '../../../src/relay/api/wire.ts';
import type { Happening } from '../../../src/relay/engine/ports.ts';
import { NOW_MS, standIn } from './stand-in.ts';
import type { StandIn } from './stand-in.ts';

let relay: StandIn;
let client: Client;
beforeEach(async () => {
  relay = await standIn();
  client = clientFor({ kind: 'socket', socket: relay.socket });
});
afterEach(() => relay.close());

const happening = (text: string, fields: Partial<Happening> = {}): Happening => ({
  atMs: NOW_MS,
  kind: 'opened',
  text,
  actor: 'relay',
  ...fields,
});

/** The texts of the next `count` lines. */
async function next(feed: AsyncIterable<HappeningJson>, count: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const one of feed) {
    texts.push(one.text);
    if (texts.length === count) break;
  }
  return texts;
}

describe('following what happens', () => {
  test('shows what comes, as it comes', async () => {
    relay.feed.publish(happening('before'));
    const feed = await client.stream<HappeningJson>('/v1/tail');
    relay.feed.publish(happening('disk full\non db1 – ü', { incident: 7, person: 'ana' }));
    for await (const one of feed) {
      expect(one).toEqual({
        at: '2026-11-21T02:14:00.000Z',
        kind: 'opened',
        text: 'disk full\non db1 – ü',
        actor: 'relay',
        incident: 7,
        person: 'ana',
      });
      break;
    }
  });

  test('starts with what is remembered since a time', async () => {
    relay.feed.publish(happening('old', { atMs: NOW_MS - 2 }));
    relay.feed.publish(happening('new', { atMs: NOW_MS - 1 }));
    const feed = await client.stream<HappeningJson>(`/v1/tail?since=${NOW_MS - 1}`);
    relay.feed.publish(happening('now'));
    expect(await next(feed, 2)).toEqual(['new', 'now']);
  });

  test('can be about one incident or one person only', async () => {
    const incident = await client.stream<HappeningJson>('/v1/tail?incident=7');
    const person = await client.stream<HappeningJson>('/v1/tail?person=ana');
    relay.feed.publish(happening('another', { incident: 70, person: 'anabel' }));
    relay.feed.publish(happening('nobody'));
    relay.feed.publish(happening('seven', { incident: 7 }));
    relay.feed.publish(happening('ana', { person: 'ana' }));
    expect(await next(incident, 1)).toEqual(['seven']);
    expect(await next(person, 1)).toEqual(['ana']);
  });

  test.each(['since=yesterday', 'incident=0', 'incident=x'])('%s is refused', async (query) => {
    await expect(client.stream(`/v1/tail?${query}`)).rejects.toMatchObject({ exit: 2 });
    await relay.feed.listeners(0);
  });

  test('a reader that leaves is forgotten', async () => {
    const stop = new AbortController();
    const feed = await client.stream<HappeningJson>('/v1/tail', stop.signal);
    await relay.feed.listeners(1);
    stop.abort();
    expect(await next(feed, 1)).toEqual([]);
    await relay.feed.listeners(0);
  });

  test('the stream ends cleanly, with everything in it, when the daemon stops', async () => {
    const feed = await client.stream<HappeningJson>('/v1/tail');
    relay.feed.publish(happening('last words'));
    const closed = relay.api.close();
    expect(await next(feed, 2)).toEqual(['last words']);
    await closed;
  });

  test('a reader that does not read is dropped instead of buffered for', async () => {
    const reader = createConnection(relay.socket);
    await once(reader, 'connect');
    reader.pause();
    reader.write('GET /v1/tail HTTP/1.1\r\nhost: relay\r\n\r\n');
    await relay.feed.listeners(1);
    const text = 'x'.repeat(100_000);
    const count = (20 * UNREAD_LIMIT_BYTES) / text.length;
    for (let index = 0; index < count; index += 1) relay.feed.publish(happening(text));
    await relay.feed.listeners(0);
    let readBytes = 0;
    reader.on('data', (chunk) => (readBytes += chunk.length));
    // A reset shows as an error first; that the connection is over is all that counts.
    reader.on('error', () => {});
    const closed = Promise.withResolvers<void>();
    reader.once('close', () => closed.resolve());
    reader.resume();
    await closed.promise;
    expect(readBytes).toBeLessThan(10 * UNREAD_LIMIT_BYTES);
  });

  test('one slow reader does not cost another a line', async () => {
    const slow = createConnection(relay.socket);
    await once(slow, 'connect');
    slow.pause();
    slow.on('error', () => {});
    slow.write('GET /v1/tail?person=ana HTTP/1.1\r\nhost: relay\r\n\r\n');
    await relay.feed.listeners(1);
    const feed = await client.stream<HappeningJson>('/v1/tail?person=ben');
    for (let index = 0; index < 40; index += 1) {
      relay.feed.publish(happening('x'.repeat(100_000), { person: 'ana' }));
      relay.feed.publish(happening(String(index), { person: 'ben' }));
    }
    expect(await next(feed, 40)).toEqual(Array.from({ length: 40 }, (_, index) => String(index)));
    slow.destroy();
  });
});
