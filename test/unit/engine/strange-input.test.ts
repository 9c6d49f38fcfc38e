import { describe, expect, it } from 'vitest';
import { dueRow, type Envelope } from '../../../src/relay/engine/envelope.ts';
import type { Target } from '../../../src/relay/engine/targets.ts';
import type { Order } from '../../../src/relay/events/types.ts';
import { shardOf, timerId } from '../../../src/relay/store/places.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow } from './rows.ts';

describe('an input that nobody here can read', () => {
  const strange = (seq: number): JournalRow => ({
    ...alertRow(seq),
    input: { kind: 'carrier pigeon' } as unknown as JournalRow['input'],
  });

  it('is poison after three tries, keeps nobody from starting, and holds up nothing behind it', async () => {
    const { engine, store, poisoned, incident, pass } = oneEngine();
    const row = strange(1);
    await store.append([row, alertRow(2)]);
    await engine.start();
    await pass(1_000);
    expect(poisoned).toEqual([row.id]);
    expect(await store.undone([row.id])).toEqual(new Set());
    expect((await incident())?.status).toBe('triggered');
  });

  it('is poison too when it was just accepted', async () => {
    const { engine, store, poisoned, incident, pass } = oneEngine();
    await engine.start();
    const rows = [strange(1), { ...alertRow(2), input: { kind: 'alert' } } as JournalRow, alertRow(3)];
    await store.append(rows);
    engine.accepted(rows);
    await pass(1_000);
    expect(poisoned).toEqual(rows.slice(0, 2).map((row) => row.id));
    expect((await incident())?.status).toBe('triggered');
  });
});

describe('an input that only another version knows, while a host of that version lives', () => {
  const strange = { ...alertRow(1), input: { kind: 'carrier pigeon' } } as unknown as JournalRow;
  const MINUTE_MS = 60_000;

  const left = async () => {
    let mixed = true;
    const one = oneEngine({ mixedVersions: () => mixed });
    await one.engine.start();
    await one.store.append([strange, alertRow(2)]);
    one.engine.accepted([strange, alertRow(2)]);
    await one.pass(10_000);
    return { ...one, upgraded: () => (mixed = false) };
  };

  it('is left to it, and is no poison; what stands behind goes on', async () => {
    const { poisoned, store, incident } = await left();
    expect(poisoned).toEqual([]);
    expect(await store.undone([strange.id])).toEqual(new Set([strange.id]));
    expect((await incident())?.status).toBe('triggered');
  });

  it('is dropped here once that host has done it', async () => {
    const { poisoned, store, pass, upgraded } = await left();
    await store.markDone([strange.id]);
    await pass(MINUTE_MS);
    upgraded();
    await pass(MINUTE_MS);
    expect(poisoned).toEqual([]);
  });

  it('is poison once no other version is left, and somebody hears of it', async () => {
    const { poisoned, pass, upgraded } = await left();
    upgraded();
    await pass(MINUTE_MS);
    expect(poisoned).toEqual([strange.id]);
  });

  it('is poison too when nobody has taken it in half an hour', async () => {
    const { poisoned, pass } = await left();
    await pass(29 * MINUTE_MS);
    expect(poisoned).toEqual([]);
    await pass(2 * MINUTE_MS);
    expect(poisoned).toEqual([strange.id]);
  });
});

describe('an order about an incident', () => {
  const order = (seq: number, what: Order): JournalRow => ({
    ...alertRow(seq),
    input: { kind: 'order', number: 1, lineage: 'i:db/disk', actor: 'ana', order: what },
  });

  it('is carried out, and its time comes', async () => {
    const { engine, store, clock, sent, incident, pass } = oneEngine();
    await store.append([alertRow(1)]);
    await engine.start();
    await pass(1_000);
    const number = (await incident())?.number ?? 0;
    const untilMs = clock.wallMs() + 60_000;
    const row = order(2, { verb: 'snooze', untilMs, until: 'later' });
    const rows = [{ ...row, input: { ...row.input, number } } as JournalRow];
    await store.append(rows);
    engine.accepted(rows);
    await pass(1_000);
    expect(await incident()).toMatchObject({ status: 'acknowledged', snoozedUntilMs: untilMs });
    const before = sent.length;
    await pass(120_000);
    expect((await incident())?.status).toBe('triggered');
    expect(sent.length).toBeGreaterThan(before);
  });

  it('that only a newer version knows is not taken for another', async () => {
    const { engine, store, poisoned, incident, pass } = oneEngine();
    await store.append([alertRow(1)]);
    await engine.start();
    await pass(1_000);
    const row = order(2, { verb: 'merge' } as unknown as Order);
    await store.append([row]);
    engine.accepted([row]);
    await pass(1_000);
    expect(poisoned).toEqual([row.id]);
    expect((await incident())?.status).toBe('triggered');
  });
});

describe('what another host brings that only its version knows', () => {
  const brought = async (input: unknown): Promise<{ undone: boolean; answer: Promise<unknown> }> => {
    const { engine, store, pass } = oneEngine();
    await store.append([alertRow(1)]);
    await engine.start();
    await pass(1_000);
    const row = alertRow(2);
    await store.append([row]);
    const answer = engine.take({
      aggregate: 'i:db/disk',
      kind: 'lineage',
      id: row.id,
      input: input as Extract<Target, { kind: 'lineage' }>['input'],
      rows: [row.id],
    });
    await Promise.allSettled([answer, pass(1_000)]);
    return { undone: (await store.undone([row.id])).has(row.id), answer };
  };
  const asked = { number: 1, actor: 'ana', stamp: alertRow(2).stamp };

  it.each([
    ['an input', { kind: 'merge', ...asked }],
    ['an order', { kind: 'order', ...asked, order: { verb: 'merge' } }],
    ['an action', { kind: 'command', ...asked, action: 'unresolve' }],
  ])('is refused, and stays undone: %s', async (_what, input) => {
    const { undone, answer } = await brought(input);
    await expect(answer).rejects.toThrow('is not known here');
    expect(undone).toBe(true);
  });
});

describe('a timer that only a newer version knows', () => {
  const withTimer = async (aggregate: string, name: string) => {
    const { engine, store, pass, clock } = oneEngine();
    await store.append([alertRow(1)]);
    await engine.start();
    await pass(1_000);
    await engine.stop();
    const { state, op } = await store.load(aggregate);
    const id = timerId('op-newer', 1, clock.wallMs(), shardOf(aggregate));
    const timer = { id, name, atMs: clock.wallMs(), rows: [] };
    await store.commit({
      key: aggregate,
      expect: op,
      op: 'op-newer',
      state: { ...(state as Envelope<unknown>), timers: [timer] },
      rows: [],
      incidents: [],
    });
    const row = dueRow(aggregate, timer);
    await store.writeDue([row]);
    const next = oneEngine({ store });
    await next.engine.start();
    return { poisoned: next.poisoned, pass: next.pass, store, row };
  };

  it.each([
    ['an incident', 'i:db/disk', 'remind'],
    ['a person', 'r:ana', 'quiet'],
  ])('is poison, loudly, and still there for whoever knows it: of %s', async (_whose, aggregate, name) => {
    const { poisoned, row, store, pass } = await withTimer(aggregate, name);
    await pass(60_000);
    expect(poisoned).toContain(row.id);
    const { state } = await store.load(aggregate);
    expect((state as Envelope<unknown>).timers.map((one) => one.name)).toContain(name);
  });
});
