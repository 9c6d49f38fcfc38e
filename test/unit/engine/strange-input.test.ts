import { describe, expect, it } from 'vitest';
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
