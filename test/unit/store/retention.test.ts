import { expect, test } from 'vitest';
import { change, dueRow, journalRow } from '../../contract/store/samples.ts';
import { temporary } from './temporary.ts';

const disk = temporary();

test('a purge keeps the retention, whatever it is asked for', async () => {
  const store = await disk.open(disk.path(), { retentionMs: 100, nowMs: () => 1_000 });
  await store.append([journalRow('old', { atMs: 899 }), journalRow('young', { atMs: 900 })]);
  await store.writeDue([dueRow('old', 899), dueRow('young', 900)]);
  await store.commit(
    change('r:ana', null, {
      rows: [
        { kind: 'message', key: 'old', body: null, endedAtMs: 899 },
        { kind: 'message', key: 'young', body: null, endedAtMs: 900 },
      ],
    }),
  );
  await store.markDone(['j:old', 'j:young', 'd:old', 'd:young']);
  expect(await store.purge(8.64e15, 100)).toEqual({ work: 2, lineages: 0, rows: 1 });
  expect(await store.journalRow('j:old')).toBeNull();
  expect((await store.journalRow('j:young'))?.id).toBe('j:young');
  expect((await store.rows('r:ana', 'message')).map(({ key }) => key)).toEqual(['young']);
});
