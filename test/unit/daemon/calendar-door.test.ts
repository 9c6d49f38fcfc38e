/** Subscribing to shifts over HTTP. */
import fastify from 'fastify';
import ical from 'node-ical';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../../src/relay/calendar/path.ts';
import { CALENDAR_LIMITS, calendarDoor } from '../../../src/relay/daemon/calendar-door.ts';
import { addCalendarLink, revokeCalendarLinks } from '../../../src/relay/oncall/calendar-links.ts';
import { addPerson, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';

const NOW_MS = Date.UTC(2026, 10, 18, 12);
const ANA = 'A'.repeat(32);
const OPS = 'B'.repeat(32);

function rosterWithLinks(): Roster {
  const people = ['ana', 'ben'].reduce(
    (sum, id) => addPerson(sum, { id, email: `${id}@example.com` }),
    emptyRoster(),
  );
  const roster: Roster = {
    ...people,
    rotations: [
      {
        id: 'ops',
        zone: 'UTC',
        layers: [
          {
            members: ['ana', 'ben'],
            shift: { every: 1, unit: 'weeks' },
            start: '2026-11-02',
            handoff: '09:00',
          },
        ],
      },
    ],
  };
  const by = { by: 'ana', nowMs: NOW_MS };
  return addCalendarLink(
    addCalendarLink(roster, { of: { person: 'ana' }, tokenHash: hashToken(ANA), ...by }),
    {
      of: { rotation: 'ops' },
      tokenHash: hashToken(OPS),
      ...by,
    },
  );
}

function door(limits = CALENDAR_LIMITS): {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  revoke(): void;
} {
  let roster = rosterWithLinks();
  const app = fastify();
  void app.register(async (plugin) =>
    calendarDoor(plugin, { roster: () => roster, nowMs: () => NOW_MS, limits }),
  );
  return {
    get: async (url, headers = {}) => {
      const { statusCode, headers: got, body } = await app.inject({ url, headers });
      return { status: statusCode, headers: got, body };
    },
    revoke: () => {
      roster = revokeCalendarLinks(roster, { person: 'ana' });
    },
  };
}

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

const summaries = (body: string): unknown[] =>
  Object.values(ical.sync.parseICS(body)).flatMap((one) => (one?.type === 'VEVENT' ? [one.summary] : []));

describe('a calendar that somebody subscribes to', () => {
  it('shows a person the own shifts, and a rotation everybody’s', async () => {
    const { get } = door();
    const own = await get(`/calendar/${ANA}.ics`);
    expect([own.status, own.headers['content-type']]).toEqual([200, 'text/calendar; charset=utf-8']);
    expect(new Set(summaries(own.body))).toEqual(new Set(['On call: ops']));
    const all = await get(`/calendar/${OPS}.ics`);
    expect(new Set(summaries(all.body))).toEqual(new Set(['ana (ops)', 'ben (ops)']));
    expect(summaries(all.body).length).toBeGreaterThan(summaries(own.body).length);
  });

  it('is not sent again while it is the same', async () => {
    const { get } = door();
    const first = await get(`/calendar/${ANA}.ics`);
    const etag = String(first.headers['etag']);
    const again = await get(`/calendar/${ANA}.ics`, { 'if-none-match': `W/${etag}` });
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await get(`/calendar/${ANA}.ics`, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('leads nowhere once it is taken back', async () => {
    const { get, revoke } = door();
    revoke();
    expect((await get(`/calendar/${ANA}.ics`)).status).toBe(404);
    expect((await get(`/calendar/${OPS}.ics`)).status).toBe(200);
  });

  it.each([`${'C'.repeat(32)}.ics`, 'short.ics', ANA, hashToken(ANA), `${hashToken(ANA)}.ics`])(
    'is not found by guessing: %s',
    async (file) => {
      expect((await door().get(`/calendar/${file}`)).status).toBe(404);
    },
  );

  it('waits its turn when too many ask', async () => {
    const { get } = door({ ...CALENDAR_LIMITS, maxInFlight: 0 });
    const turned = await get(`/calendar/${ANA}.ics`);
    expect([turned.status, turned.headers['retry-after']]).toEqual([429, '1']);
  });
});
