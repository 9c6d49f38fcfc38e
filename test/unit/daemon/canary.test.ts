import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Canary } from '../../../src/relay/daemon/canary.ts';
import { canaryEvent, canaryNumber } from '../../../src/relay/engine/canary.ts';
import type { EngineParts } from '../../../src/relay/engine/engine-parts.ts';
import { Acceptor, plainJournal } from '../../../src/relay/events/accept.ts';
import { nowhere } from '../../../src/relay/messaging/nowhere.ts';
import type { Transport } from '../../../src/relay/messaging/port.ts';
import { StoreUnavailableError, type JournalRow } from '../../../src/relay/store/port.ts';
import { canaryRow, HOST } from '../engine/rows.ts';
import { oneEngine, silent } from '../engine/one-engine.ts';

const MINUTE_MS = 60_000;

/** One host with a canary a minute. */
async function host(
  options: {
    transport?: Partial<Transport>;
    isBlocked?: () => boolean;
    /** What a former life of this host accepted and didn't resolve. */
    left?: JournalRow;
  } = {},
) {
  const transport: Transport = { ...nowhere(), ...options.transport };
  const calls: Parameters<NonNullable<EngineParts['onCall']>>[0][] = [];
  const parts = oneEngine({
    transports: new Map([['canary', [transport]]]),
    onCall: (message) => {
      calls.push(message);
      canary.called(message);
    },
  });
  const { engine, store, clock, pass, problems } = parts;
  const acceptor = new Acceptor({
    journal: plainJournal(store),
    store,
    clock,
    host: HOST,
    life: 'a',
    lastSeq: options.left === undefined ? null : 100,
    onAccepted: (rows, known) => engine.accepted(rows, known),
    onUnread: (rows) => engine.behind(rows),
  });
  let through = 0;
  const canary = new Canary({
    host: HOST,
    everyMs: MINUTE_MS,
    clock,
    log: silent,
    problems: {
      raise: (id, text) => void problems.set(id, text),
      clear: (id) => void problems.delete(id),
    },
    accept: acceptor.accept,
    whenDone: (id, timeoutMs) => engine.whenDone(id, timeoutMs),
    store,
    isBlocked: options.isBlocked ?? (() => false),
    onThrough: () => {
      through += 1;
    },
  });
  onTestFinished(() => canary.stop());
  await engine.start();
  if (options.left !== undefined) {
    await store.append([options.left]);
    engine.accepted([options.left]);
    await pass(1_000);
  }
  canary.start();
  return { engine, store, canary, problems, calls, pass, through: () => through };
}

describe('the canary', () => {
  it('gets through once a minute, and tells how long accepting to calling took', async () => {
    const { canary, pass, through, calls, problems, store } = await host();
    expect(canary.state).toMatchObject({ throughAtMs: null, acceptToCallMs: null, alive: false });
    await pass(1_000);
    expect(through()).toBe(1);
    expect(canary.state.alive).toBe(true);
    expect(canary.state.acceptToCallMs).toBeLessThan(1_000);
    expect(canary.state.throughAtMs).toBeGreaterThan(Date.now() - MINUTE_MS);
    await pass(5 * MINUTE_MS);
    expect(through()).toBe(6);
    expect(calls).toHaveLength(6);
    expect(problems.size).toBe(0);
    expect((await store.backlog()).journal).toBe(0);
  });

  it('that the journal refuses is a problem within half a minute, until one gets through again', async () => {
    const { canary, store, pass, through, problems } = await host();
    await pass(1_000);
    const append = store.append.bind(store);
    store.append = () => Promise.reject(new StoreUnavailableError('out of reach'));
    await pass(MINUTE_MS + 20_000);
    expect(problems.has('canary'), 'it has time').toBe(false);
    await pass(15_000);
    expect(problems.get('canary')).toMatch(/has not come through/);
    expect(through()).toBe(1);
    await pass(3 * MINUTE_MS);
    expect(canary.state.alive).toBe(false);
    expect(canary.state.ageMs).toBeGreaterThan(4 * MINUTE_MS);
    store.append = append;
    await pass(MINUTE_MS);
    expect(through()).toBe(2);
    expect(problems.has('canary')).toBe(false);
    expect(canary.state.alive).toBe(true);
  });

  it('does not get through an engine that is held for want of a quorum; it goes on when that is back', async () => {
    const { engine, canary, pass, through, calls, problems } = await host();
    await pass(1_000);
    engine.hold();
    await pass(10 * MINUTE_MS);
    expect([through(), calls.length, canary.state.alive]).toEqual([1, 1, false]);
    expect(problems.has('canary')).toBe(true);
    engine.drain(new Set());
    engine.release();
    await pass(2 * MINUTE_MS);
    expect(canary.state.alive).toBe(true);
    expect(problems.has('canary')).toBe(false);
    expect(calls.length, 'the one that waited and those since').toBeLessThanOrEqual(4);
  });

  it('is not accepted while what is accepted waits on disks', async () => {
    let isBlocked = true;
    const { store, pass, through, problems } = await host({ isBlocked: () => isBlocked });
    await pass(2 * MINUTE_MS);
    expect(through()).toBe(0);
    expect(problems.has('canary')).toBe(true);
    expect((await store.lastSeq(HOST)) ?? 0).toBe(0);
    isBlocked = false;
    await pass(MINUTE_MS);
    expect(through()).toBe(1);
  });

  it('has not got through when its call was never answered, or its answer not committed', async () => {
    const { pass, through, calls, problems } = await host({
      transport: { send: () => new Promise(() => undefined) },
    });
    await pass(5 * MINUTE_MS);
    expect(calls.length).toBeGreaterThan(1);
    expect(through()).toBe(0);
    expect(problems.has('canary')).toBe(true);
  });

  it('gets through again after one that was left open by a process that died', async () => {
    const { pass, through, calls } = await host({ left: canaryRow(1, 'trigger') });
    await pass(1_000);
    expect(calls.map(({ thread }) => thread)).toEqual([1, 101].map((seq) => canaryNumber({ seq })));
    expect(through()).toBe(1);
  });

  it('of another host that is called here is resolved: nobody else would', async () => {
    const { canary, store, pass, through } = await host();
    await pass(1_000);
    const append = vi.spyOn(store, 'append');
    canary.called({ channel: 'canary', to: 'two', thread: canaryNumber({ seq: 9 }) });
    await pass(1_000);
    expect(append.mock.calls.flatMap(([rows]) => rows.map(({ input }) => input))).toEqual([
      { kind: 'alert', events: [canaryEvent('two', 'resolve')] },
    ]);
    await pass(MINUTE_MS);
    expect(through()).toBe(2);
  });
});
