import { describe, expect, it } from 'vitest';
import { StoreFullError } from '../../../src/relay/store/port.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow } from './rows.ts';

describe('the pulse that feeds the watchdog', () => {
  it('goes on while there is nothing to do', async () => {
    const { engine, pass } = oneEngine();
    await engine.start();
    const before = engine.pulse;
    await pass(120_000);
    expect(engine.pulse - before).toBeGreaterThan(20);
  });

  it('stops when an incident has waited for a minute though the store can be read, and comes back with it', async () => {
    const { engine, store, problems, pass } = oneEngine();
    await engine.start();
    const commit = store.commit.bind(store);
    const hung = Promise.withResolvers<void>();
    store.commit = async (change) => {
      await hung.promise;
      return commit(change);
    };
    const row = alertRow(1);
    await store.append([row]);
    engine.accepted([row]);
    await pass(55_000);
    const before = engine.pulse;
    expect(before).toBeGreaterThan(5);
    await pass(60_000);
    expect(engine.pulse - before).toBeLessThanOrEqual(1);
    expect(problems.get('stuck')).toContain('i:db/disk');
    hung.resolve();
    await pass(10_000);
    expect(engine.pulse - before).toBeGreaterThanOrEqual(2);
    expect(problems.has('stuck')).toBe(false);
  });

  it('goes on while the disk is full: a restart would not help', async () => {
    const { engine, store, pass } = oneEngine();
    await engine.start();
    store.commit = () => Promise.reject(new StoreFullError('no space'));
    const row = alertRow(1);
    await store.append([row]);
    engine.accepted([row]);
    await pass(120_000);
    const before = engine.pulse;
    await pass(60_000);
    expect(engine.pulse - before).toBeGreaterThan(10);
  });
});
