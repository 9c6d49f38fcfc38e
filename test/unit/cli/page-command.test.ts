import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerTo, type AnswerParts } from '../../../src/cli/page-answer.ts';
import type { IncidentDetailJson } from '../../../src/relay/api/wire.ts';
import { NOW_MS, putIncident, standIn, type StandIn } from '../api/stand-in.ts';
import { runQuick } from './run-quick.ts';

let relay: StandIn;
beforeEach(async () => {
  relay = await standIn();
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
});

const events = (): object[] =>
  relay.accepted.flatMap(({ input }): object[] => (input.kind === 'alert' ? input.events : [input]));

describe('relay page', () => {
  test('opens an incident of its own for who is named, and prints its number', async () => {
    const ran = await runQuick(relay, 'page', ['ana', 'please call me\nabout db1'], { as: 'root' });
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(ran.out).toMatch(/^#\d+: ana is paged now; without an answer it goes on up the levels\n$/);
    expect(events()).toEqual([
      {
        action: 'trigger',
        service: 'default',
        dedupKey: expect.stringMatching(/^page [\w-]{36}$/),
        severity: 'critical',
        summary: 'please call me',
        details: 'about db1',
        source: 'page',
        reason: 'root pages ana',
        tell: { people: ['ana'], by: 'root', rosterVersion: 1 },
      },
    ]);
  });

  test('sent again with the same --request pages nobody again; the same words without it are another page', async () => {
    const first = await runQuick(relay, 'page', ['ana', 'call me'], { request: 'migration-1' });
    const again = await runQuick(relay, 'page', ['ana', 'call me'], { request: 'migration-1' });
    expect(again.out).toBe(first.out);
    expect((await relay.store.incidents({ limit: 10 })).map(({ number }) => number)).toHaveLength(1);
    await runQuick(relay, 'page', ['ana', 'call me']);
    expect(await relay.store.incidents({ limit: 10 })).toHaveLength(2);
  });

  test('a page whose answer was lost says how to send it again', async () => {
    relay.core.accept = async () => {
      throw new Error('the disk is gone');
    };
    const ran = await runQuick(relay, 'page', ['ana', 'call me']);
    expect(ran.exit).toBe(1);
    expect(ran.err).toMatch(/pages nobody twice: add --request [\w-]{36}/);
    relay.faults.length = 0;
  });

  test('a text without quotes is not taken for people; an empty one says nothing', async () => {
    const words = await runQuick(relay, 'page', ['ana', 'please', 'call', 'me']);
    expect(words.exit).toBe(4);
    expect(words.err).toContain('There is no person please');
    expect(words.err).toContain('stands last, in quotes: relay page ana "please call me"');
    const empty = await runQuick(relay, 'page', ['ana', ' ']);
    expect(empty).toMatchObject({ exit: 2, err: expect.stringContaining('What are they to be told?') });
    expect(relay.accepted).toEqual([]);
  });

  test('names several, by their order; whom nobody has is not found', async () => {
    const ran = await runQuick(relay, 'page', ['ben', 'ana', 'call me'], { json: true });
    expect(ran.json()).toMatchObject({ people: ['ben', 'ana'], incident: { status: 'triggered' } });
    expect((await runQuick(relay, 'page', ['zoe', 'call me'])).exit).toBe(4);
    expect((await runQuick(relay, 'page', ['group:dba', 'call me'])).exit).toBe(4);
    expect((await runQuick(relay, 'page', ['ana', 'call me'], { service: 'bd' })).exit).toBe(4);
    expect((await runQuick(relay, 'page', ['ana', 'x'], { request: 'a b' })).exit).toBe(2);
  });

  test('--wait exits 0 with who has answered', async () => {
    const { whenDone } = relay.core;
    relay.core.whenDone = async (id, ms) => {
      const done = await whenDone(id, ms);
      const [entry] = await relay.store.incidents({ limit: 1 });
      await putIncident(relay.store, { ...(entry?.body as IncidentDetailJson), status: 'acknowledged' }, [
        { atMs: NOW_MS, kind: 'acknowledged', text: 'acknowledged by sms reply by ana', actor: 'ana' },
      ]);
      return done;
    };
    const ran = await runQuick(relay, 'page', ['ana', 'call me'], { wait: true });
    expect(ran.exit).toBe(0);
    expect(ran.out).toMatch(/#\d+ acknowledged by sms reply by ana\n$/);
  });
});

describe('waiting for an answer to a page', () => {
  const detail = (status: IncidentDetailJson['status']): IncidentDetailJson => ({
    number: 12,
    service: 'default',
    dedupKey: 'page 1',
    status,
    severity: 'critical',
    summary: 'call me',
    openedAt: new Date(NOW_MS).toISOString(),
    events: 1,
    assignedTo: ['ana'],
    timeline: [],
    messages: [],
  });

  function parts(statuses: IncidentDetailJson['status'][], queued = 0): AnswerParts & { slept: number[] } {
    let now = 0;
    let left = queued;
    const slept: number[] = [];
    return {
      slept,
      ask: async () => {
        left -= 1;
        return left >= 0 ? null : detail('triggered');
      },
      show: async () => detail(statuses.shift() ?? 'triggered'),
      sleep: async (delayMs) => {
        slept.push(delayMs);
        now += delayMs;
      },
      nowMs: () => now,
      waitMs: 5_000,
    };
  }

  test('looks until somebody has it', async () => {
    const by = parts(['triggered', 'triggered', 'acknowledged']);
    expect(await answerTo(detail('triggered'), by)).toMatchObject({
      answered: true,
      text: '#12 is acknowledged',
    });
    expect(by.slept).toHaveLength(2);
  });

  test('ends with its time, and says that the page goes on', async () => {
    const by = parts([]);
    expect(await answerTo(detail('triggered'), by)).toMatchObject({
      answered: false,
      text: 'Nobody has answered #12 yet; it goes on up the levels: relay incident show 12',
    });
    expect(by.slept.reduce((sum, one) => sum + one, 0)).toBe(5_000);
  });

  test('asks again for the number of a page that was queued', async () => {
    expect(await answerTo(null, parts(['resolved'], 2))).toMatchObject({ number: 12, answered: true });
    expect(await answerTo(null, parts([], 99))).toMatchObject({ number: null, answered: false });
  });
});
