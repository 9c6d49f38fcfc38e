import { expect, test, vi } from 'vitest';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { WorkerLink } from '../../../src/relay/store/sqlite/link.ts';
import { SqliteStore } from '../../../src/relay/store/sqlite/store.ts';
import { journalRow } from '../../contract/store/samples.ts';

const opened = async (how: string): Promise<{ store: SqliteStore; onFatal: ReturnType<typeof vi.fn> }> => {
  const onFatal = vi.fn<(error: StoreUnavailableError) => void>();
  const file = new URL('children/dying-worker.ts', import.meta.url);
  const link = new WorkerLink(file, { path: how, nowMs: 0 }, { onFatal, onSpace: () => {} });
  await link.ready;
  return { store: new SqliteStore(link, () => 0, 0), onFatal };
};

test.each(['throws', 'exits'])(
  'when the worker %s, all who wait are told, and so is the daemon',
  async (how) => {
    const { store, onFatal } = await opened(how);
    const results = await Promise.allSettled([
      store.append([journalRow('1')]),
      store.load('roster'),
      store.reserveNumbers(1),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailableError' } });
    }
    expect(onFatal).toHaveBeenCalledTimes(1);
    expect(onFatal.mock.calls[0]?.[0]).toBeInstanceOf(StoreUnavailableError);
    await expect(store.append([journalRow('2')])).rejects.toThrow(/worker ended unexpectedly.*restart relay/);
    await store.close();
    expect(onFatal).toHaveBeenCalledTimes(1);
  },
);

test('a worker that dies before it has opened the database rejects the opening, not the daemon', async () => {
  const onFatal = vi.fn<(error: StoreUnavailableError) => void>();
  const file = new URL('children/dying-worker.ts', import.meta.url);
  const link = new WorkerLink(file, { path: 'never starts', nowMs: 0 }, { onFatal, onSpace: () => {} });
  await expect(link.ready).rejects.toThrow(StoreUnavailableError);
  await link.close();
  expect(onFatal).not.toHaveBeenCalled();
});
