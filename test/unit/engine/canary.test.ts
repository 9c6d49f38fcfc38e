import { describe, expect, it } from 'vitest';
import { canaryNumber, canaryResponder } from '../../../src/relay/engine/canary.ts';
import type { Envelope } from '../../../src/relay/engine/envelope.ts';
import type { Outgoing, Transport } from '../../../src/relay/messaging/port.ts';
import { nowhere } from '../../../src/relay/messaging/nowhere.ts';
import { MESSAGE, TOLD } from '../../../src/relay/notifications/rows.ts';
import type { ResponderState } from '../../../src/relay/notifications/types.ts';
import { TIMELINE } from '../../../src/relay/incidents/rows.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow, canaryRow, HOST } from './rows.ts';

const LINEAGE = `i:~canary/${HOST}`;

/** An engine with the way that leads nowhere, and what it was asked to send there. */
function canaryEngine(more: Partial<Transport> = {}) {
  const flown: Outgoing[] = [];
  const commits: unknown[] = [];
  const canary: Transport = {
    ...nowhere(),
    send(message, call) {
      flown.push(message);
      return nowhere().send(message, call);
    },
    ...more,
  };
  const engine = oneEngine({
    transports: new Map([['canary', [canary]]]),
    onCommit: (change) => void commits.push(change),
  });
  const send = async (row: JournalRow): Promise<void> => {
    await engine.store.append([row]);
    engine.engine.accepted([row]);
    await engine.pass(1_000);
  };
  const responder = async (): Promise<ResponderState> => {
    const { state } = await engine.store.load(canaryResponder(HOST));
    return (state as Envelope<ResponderState>).domain;
  };
  return { ...engine, flown, commits, send, responder };
}

describe('a canary', () => {
  it('is claimed and called like a page, once each time, and its outcome is committed', async () => {
    const { engine, flown, send, responder, store } = canaryEngine();
    await engine.start();
    for (const seq of [1, 3, 5]) {
      await send(canaryRow(seq, 'resolve', 'trigger'));
      await send(canaryRow(seq + 1, 'resolve'));
    }
    expect(flown.map(({ thread, person }) => ({ thread, person }))).toEqual(
      [1, 3, 5].map((seq) => ({ thread: canaryNumber({ seq }), person: `~canary-${HOST}` })),
    );
    expect(new Set(flown.map(({ code }) => code)).size).toBe(3);
    expect(await responder()).toMatchObject({ tells: [], messages: [], nextCode: 4 });
    expect(await store.backlog()).toEqual({ journal: 0, oldestJournalMs: null, due: 0 });
  });

  it('is in no list, has no timeline and no index, takes no number, and nobody is told of its commits', async () => {
    const { engine, commits, send, store } = canaryEngine();
    await engine.start();
    for (const seq of [1, 3, 5]) {
      await send(canaryRow(seq, 'resolve', 'trigger'));
      await send(canaryRow(seq + 1, 'resolve'));
    }
    expect(await store.incidents({ limit: 10 })).toEqual([]);
    expect(await store.lineageOf(canaryNumber({ seq: 1 }))).toBeNull();
    expect(await store.rows(LINEAGE, TIMELINE)).toEqual([]);
    expect(await store.rows(canaryResponder(HOST), TOLD)).toEqual([]);
    expect(await store.rows(canaryResponder(HOST), MESSAGE)).toHaveLength(1);
    expect(commits).toEqual([]);
    expect(await store.reserveNumbers(1), 'the first number is still to be had').toBe(1);
  });

  it('tells nobody else, however long it stays open, and the next one gets through all the same', async () => {
    const { engine, flown, sent, send, pass } = canaryEngine();
    await engine.start();
    await send(canaryRow(1, 'resolve', 'trigger'));
    await pass(2 * 60 * 60_000);
    expect(new Set(flown.map(({ person }) => person))).toEqual(new Set([`~canary-${HOST}`]));
    expect(sent).toEqual([]);
    const before = flown.length;
    await send(canaryRow(2, 'resolve', 'trigger'));
    expect(flown.slice(before).map(({ thread }) => thread)).toEqual([canaryNumber({ seq: 2 })]);
  });

  it('whose call was late is called again, and one that is over is not', async () => {
    const late = { calls: 0 };
    const { engine, send, pass, responder } = canaryEngine({
      send: () => {
        late.calls += 1;
        return Promise.resolve({ kind: 'late' });
      },
    });
    await engine.start();
    await send(canaryRow(1, 'resolve', 'trigger'));
    await pass(30_000);
    expect(late.calls).toBeGreaterThan(1);
    await send(canaryRow(2, 'resolve'));
    const before = late.calls;
    await pass(120_000);
    expect(late.calls).toBe(before);
    expect(await responder()).toMatchObject({ tells: [], messages: [] });
  });

  it('leaves the numbers of real incidents alone', async () => {
    const { engine, send, incident } = canaryEngine();
    await engine.start();
    await send(canaryRow(1, 'resolve', 'trigger'));
    await send(alertRow(2));
    expect((await incident())?.number).toBe(1);
  });
});
