/** Calendars of absences, read every hour by one host. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Feeds } from '../../../src/relay/daemon/feeds.ts';
import { addPerson, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { addFeed, removeFeed } from '../../../src/relay/oncall/feeds.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { loopbackTls, type LoopbackTls } from '../../contract/loopback-tls.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { silent } from '../engine/one-engine.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 18, 12, 30);

let tls: LoopbackTls;
let server: Server;
let url = '';
/** What the calendar says now; null: it is gone. */
let events: string[] | null = [];
let onAsked: () => void = () => undefined;
const asked: (string | undefined)[] = [];

beforeAll(async () => {
  tls = await loopbackTls();
  server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
    asked.push(request.headers['if-none-match']);
    onAsked();
    if (events?.[0] === 'never') return;
    if (events === null) return void response.writeHead(500).end();
    const etag = `"${events.join()}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    const text = events.map(
      (date) => `BEGIN:VEVENT\r\nUID:${date}\r\nDTSTART;VALUE=DATE:${date}\r\nSUMMARY:Sea\r\nEND:VEVENT\r\n`,
    );
    response
      .writeHead(200, { etag })
      .end(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${text.join('')}END:VCALENDAR\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/ana.ics?secret`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  tls.distrust();
});

afterEach(() => {
  asked.length = 0;
  events = [];
});

/** Some hosts over one store and one roster; `hours` moves the clock of all. */
function cluster(names: string[]) {
  let nowMs = START_MS;
  let roster: Roster = addFeed(
    addPerson(emptyRoster(), { id: 'ana', email: 'ana@example.com', zone: 'Europe/Berlin' }),
    {
      person: 'ana',
      url,
      by: 'ana',
      nowMs,
    },
  );
  let edits = 0;
  const store = new MemoryStore({ nowMs: () => nowMs });
  const standing = new Map<string, string>();
  const hosts = names.map(
    () =>
      new Feeds({
        store,
        roster: {
          current: () => roster,
          edit: async (_by, change) => {
            edits += 1;
            return (roster = change(roster));
          },
        },
        clock: { wallMs: () => nowMs, monoMs: () => nowMs, after: () => () => undefined },
        log: silent,
        problems: {
          raise: (id, text) => void standing.set(id, text),
          clear: (id) => void standing.delete(id),
        },
        networks: () => ['127.0.0.0/8'],
        zone: 'UTC',
      }),
  );
  return {
    hosts,
    look: async () => {
      for (const host of hosts) await host.look();
    },
    hours: (count: number) => (nowMs += count * HOUR_MS),
    change: (edit: (before: Roster) => Roster) => (roster = edit(roster)),
    absences: () => (roster.absences ?? []).map((one) => new Date(one.fromMs).toISOString()),
    edits: () => edits,
    standing,
  };
}

describe('a calendar of absences', () => {
  it('is read by one host each hour, and the roster is edited only when it says something else', async () => {
    const { look, hours, absences, edits } = cluster(['a', 'b', 'c']);
    events = ['20261201'];
    await look();
    await look();
    expect([asked.length, edits()]).toEqual([1, 1]);
    expect(absences()).toEqual(['2026-11-30T23:00:00.000Z']);
    hours(1);
    await look();
    expect([asked, edits()]).toEqual([[undefined, '"20261201"'], 1]);
    events = ['20261201', '20261211'];
    hours(1);
    await look();
    expect([asked.length, edits()]).toEqual([3, 2]);
    expect(absences()).toHaveLength(2);
  });

  it('that can’t be read leaves the absences as they were, and is a problem until it can', async () => {
    const { look, hours, absences, standing } = cluster(['a']);
    events = ['20261201'];
    await look();
    events = null;
    hours(1);
    await look();
    expect(absences()).toHaveLength(1);
    expect(standing.get('calendar-ana-1')).toContain('absences of ana are as they were');
    expect([...standing.values()].join()).not.toContain('secret');
    events = [];
    hours(1);
    await look();
    expect([absences(), standing.size]).toEqual([[], 0]);
  });

  it('that is being read is given up when the daemon stops', async () => {
    const { hosts, standing } = cluster(['a']);
    const began = new Promise<void>((resolve) => (onAsked = resolve));
    events = ['never'];
    const looking = hosts[0]?.look();
    await began;
    await hosts[0]?.stop();
    await looking;
    expect(standing.size).toBe(0);
  });

  it('is no problem any more once it is removed', async () => {
    const { look, change, standing } = cluster(['a']);
    events = null;
    await look();
    expect(standing.size).toBe(1);
    change((before) => removeFeed(before, 'ana-1'));
    await look();
    expect(standing.size).toBe(0);
  });
});
