import { describe, expect, it } from 'vitest';
import type { Order } from '../../../src/relay/events/types.ts';
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
