import { describe, expect, it } from 'vitest';
import type { Duty, Roster } from '../../../src/relay/oncall/types.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { WaitWalk } from '../../../src/relay/engine/wait-walk.ts';
import { ESCALATE } from '../../../src/relay/incidents/escalation.ts';
import { StoreUnavailableError, type IncidentEntry } from '../../../src/relay/store/port.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow } from './rows.ts';

const HOUR_MS = 3_600_000;

/** An alert that waits for hours by version 1 of the roster; from version 2 on by `after`. */
async function waiting(after: (nowMs: number) => Partial<Duty>) {
  let roster: Roster = {
    ...emptyRoster(),
    version: 1,
    people: [{ id: 'ana', name: 'Ana', contacts: [{ channel: 'sms', address: '+15550101' }] }],
  };
  const asked: unknown[] = [];
  let untilMs = 0;
  const one = oneEngine({
    roster: () => roster,
    duty: (_service, atMs, question): Duty => {
      asked.push(question);
      if (untilMs === 0) untilMs = atMs + 8 * HOUR_MS;
      const wait = { untilMs, why: 'waits for the morning' };
      return {
        rosterVersion: roster.version,
        policy: 'standard',
        levels: [{ people: ['ana'], afterMs: 60_000, because: 'policy standard' }],
        repeat: 0,
        catchAll: ['ana'],
        ...(roster.version === 1 ? { wait } : after(atMs)),
      };
    },
  });
  await one.engine.start();
  const row = alertRow(1);
  await one.store.append([row]);
  one.engine.accepted([row]);
  await one.pass(10_000);
  return {
    ...one,
    asked,
    untilMs,
    edit: () => {
      roster = { ...roster, version: 2 };
    },
  };
}

describe('an edit of the roster while an alert waits', () => {
  it('that takes the rule away has somebody told within seconds', async () => {
    const { incident, pass, edit, sent } = await waiting(() => ({}));
    expect(await incident()).toMatchObject({ status: 'triggered', told: [], waits: { from: 0 } });
    expect(sent).toEqual([]);
    edit();
    await pass(6_000);
    expect(await incident()).toMatchObject({ told: ['ana'], rosterVersion: 2 });
    expect(sent.map((one) => one.person)).toEqual(['ana']);
  });

  it('by which it waits until another time has it wait until then', async () => {
    const { incident, pass, edit, sent } = await waiting((nowMs) => ({
      wait: { untilMs: Math.floor(nowMs / HOUR_MS) * HOUR_MS + HOUR_MS, why: 'waits for lunch' },
    }));
    const before = (await incident())?.waits?.untilMs ?? 0;
    edit();
    await pass(6_000);
    expect((await incident())?.waits?.untilMs).toBeLessThan(before);
    await pass(HOUR_MS);
    expect(sent).toEqual([]);
  });

  it('that changes nothing for it leaves it as it is, and is asked about it once', async () => {
    const { incident, pass, edit, asked, untilMs } = await waiting(() => ({
      wait: { untilMs, why: 'waits for the morning' },
    }));
    const before = await incident();
    const questions = asked.length;
    edit();
    await pass(20_000);
    expect(await incident()).toEqual(before);
    expect(asked.slice(questions)).toEqual([{ severity: 'error', about: expect.anything() }]);
  });

  it('passes by an entry whose incident is not there, and looks at the others', async () => {
    const { store, pass, edit, sent } = await waiting(() => ({}));
    const load = store.load.bind(store);
    const read = store.incidents.bind(store);
    store.incidents = async (asked) => {
      const [first, ...others] = await read(asked);
      return first === undefined
        ? []
        : [{ ...first, number: first.number + 1, lineage: 'i:web/gone' }, first, ...others];
    };
    let isAsked = false;
    store.load = (key) => {
      isAsked ||= key === 'i:web/gone';
      return load(key);
    };
    edit();
    await pass(6_000);
    expect(isAsked).toBe(true);
    expect(sent.map((one) => one.person)).toEqual(['ana']);
  });

  it('is looked at again when the store could not be read', async () => {
    const { store, pass, edit, sent } = await waiting(() => ({}));
    const read = store.incidents.bind(store);
    store.incidents = () => Promise.reject(new StoreUnavailableError('out of reach'));
    edit();
    await pass(12_000);
    expect(sent).toEqual([]);
    store.incidents = read;
    await pass(6_000);
    expect(sent.map((one) => one.person)).toEqual(['ana']);
  });
});

describe('a wait whose due row its chain has not come to write', () => {
  it('gets it before it ends early: what follows stands behind that row', async () => {
    const timer = { id: 'op-1.1.0.3', name: ESCALATE, atMs: 9 * HOUR_MS, rows: ['j:mail.1'] };
    const incident = { number: 7, status: 'triggered', waits: { from: 0, untilMs: 9 * HOUR_MS } };
    const state = { domain: { service: 'db', incident }, timers: [timer] };
    const done: string[] = [];
    const walk = new WaitWalk({
      store: {
        incidents: async () => [
          {
            number: 7,
            lineage: 'i:db/disk',
            isOpen: true,
            body: { waitsUntil: 'tomorrow' },
          } as unknown as IncidentEntry,
        ],
        load: async (key) => ({ key, op: 'op-1', state }),
        undone: async () => new Set(),
        writeDue: async (rows) => void done.push(`written ${rows.map((row) => row.id).join()}`),
      },
      nowMs: () => HOUR_MS,
      rosterVersion: () => 2,
      duty: () => ({ rosterVersion: 2, policy: 'standard', levels: [], repeat: 0, catchAll: ['ana'] }),
      mine: () => true,
      fire: (row) => void done.push(`fired ${row.id}`),
      stopped: () => false,
    });
    await walk.look();
    expect(done).toEqual(['written d:op-1.1.0.3', 'fired d:op-1.1.0.3']);
  });
});
