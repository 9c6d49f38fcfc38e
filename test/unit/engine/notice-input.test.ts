import { describe, expect, it } from 'vitest';
import { MESSAGE, type MessageRow } from '../../../src/relay/notifications/rows.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow } from './rows.ts';

const noticeRow = (seq: number, id: string): JournalRow => ({
  ...alertRow(seq),
  id: `j:${id}`,
  input: { kind: 'notice', person: 'ana', about: 'a swap', subject: 'Swapped', text: 'Ben has your Tuesday' },
});

describe('a notice in the journal', () => {
  it('is told once, however often its id comes, also in another life', async () => {
    const { engine, store, sent, pass } = oneEngine();
    await engine.start();
    for (const seq of [1, 2]) {
      const row = noticeRow(seq, 'swap-7-ana');
      engine.accepted([row], await store.append([row]));
      await pass(1_000);
    }
    expect(sent.map((one) => one.body)).toEqual(['Ben has your Tuesday [1]']);
    expect(await store.undone(['j:swap-7-ana'])).toEqual(new Set());
    await engine.stop();
    const next = oneEngine({ store });
    await next.engine.start();
    const row = noticeRow(3, 'swap-7-ana');
    next.engine.accepted([row], await store.append([row]));
    await next.pass(1_000);
    expect(next.sent).toEqual([]);
  });

  it('that a former life left undone is told by the next', async () => {
    const { engine, store, sent, pass } = oneEngine();
    await store.append([noticeRow(1, 'swap-7-ana')]);
    await engine.start();
    await pass(1_000);
    expect(sent).toHaveLength(1);
    const [kept] = await store.rows('r:ana', MESSAGE, {});
    expect(kept?.body as MessageRow).toMatchObject({
      purpose: 'notice',
      status: 'accepted',
      notice: { id: 'j:swap-7-ana', about: 'a swap' },
    });
  });

  it('keeps no page of the same time from going out', async () => {
    const { engine, store, sent, pass } = oneEngine();
    await store.append([noticeRow(1, 'swap-7-ana'), alertRow(2), alertRow(3, { key: 'memory' })]);
    await engine.start();
    await pass(1_000);
    expect(sent.map((one) => one.body.slice(0, 4))).toHaveLength(3);
    expect(sent.filter((one) => one.body.startsWith('Ben has'))).toHaveLength(1);
  });
});
