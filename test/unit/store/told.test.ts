/** Which messages told a person of an incident, and what a message told of. */
import { describe, expect, it } from 'vitest';
import {
  MESSAGE,
  PACKED,
  PACK_TOLD,
  QUEUED,
  TOLD,
  messageKey,
  packName,
  packTold,
  queueKey,
  responderKey,
  toldKey,
  toldPrefix,
  type MessageRow,
} from '../../../src/relay/notifications/rows.ts';
import type { Row } from '../../../src/relay/store/port.ts';
import { messagesAbout, toldBy } from '../../../src/relay/store/told.ts';
import { MemoryStore } from '../../sim/memory-store.ts';

const STORM = 500;

/** #1 was told of by itself, as message 1; #2 to #501 with one message 2, of which it names #2 and #3. */
async function storm() {
  const store = new MemoryStore({ nowMs: () => 0 });
  const pack = packName({ from: 0, severity: 'error' });
  const row = (code: number, numbers: number[], more: Partial<MessageRow> = {}): Partial<MessageRow> => ({
    id: `ana.${code}`,
    code,
    person: 'ana',
    members: numbers.map((number) => ({
      number,
      lineage: `i:db/${number}`,
      counter: 1,
      service: 'db',
      summary: 'disk',
    })),
    ...more,
  });
  const both: Row[] = [
    { kind: MESSAGE, key: messageKey(1), body: row(1, [1]) },
    { kind: TOLD, key: toldKey(1, 1), body: null },
    {
      kind: MESSAGE,
      key: messageKey(2),
      body: row(2, [2, 3], {
        packs: [{ from: 0, to: 2 * STORM, severity: 'error', count: STORM, named: 2 }],
      }),
    },
    { kind: PACK_TOLD, key: packTold(pack, 2), body: null },
  ];
  const rows = Array.from({ length: STORM }, (_, index): Row[] => {
    const ask = { number: index + 2, service: 'db', summary: `disk ${index + 2}`, severity: 'error' };
    return [
      { kind: QUEUED, key: queueKey(2 * index), body: ask },
      // Between them, one of another severity, which is another pack's.
      {
        kind: QUEUED,
        key: queueKey(2 * index + 1),
        body: { ...ask, number: 9_000 + index, severity: 'info' },
      },
      { kind: PACKED, key: `${toldPrefix(ask.number)}${queueKey(2 * index)}`, body: pack },
    ];
  });
  await store.commit({
    key: responderKey('ana'),
    expect: null,
    op: 'op-1',
    state: {},
    rows: [...both, ...rows.flat()],
    incidents: [],
  });
  return store;
}

describe('the messages about an incident', () => {
  it('are those that named it, and those that told of it with others', async () => {
    const store = await storm();
    const codes = async (number: number): Promise<number[]> =>
      (await messagesAbout(store, 'ana', number)).map(({ code }) => code);
    expect(await codes(1)).toEqual([1]);
    expect(await codes(2)).toEqual([2]);
    expect(await codes(400)).toEqual([2]);
    expect(await codes(9_001)).toEqual([]);
  });
});

describe('what a message told of', () => {
  it('is everything of its packs, each once', async () => {
    const store = await storm();
    const [message] = await messagesAbout(store, 'ana', 400);
    const told = await toldBy(store, message as MessageRow);
    expect(told.map(({ number }) => number)).toEqual(Array.from({ length: STORM }, (_, index) => index + 2));
  });

  it('is nothing of what came after it, also when the oldest of it has been purged', async () => {
    const store = await storm();
    const [message] = await messagesAbout(store, 'ana', 400);
    // The first 500 places of the queue were purged: #2 to #251. The message told of the first 600.
    const left = queueKey(499);
    const purged: Pick<MemoryStore, 'rows'> = {
      rows: async (key, kind, page) => {
        const asked = page?.after ?? '';
        const after = asked < left ? left : asked;
        return store.rows(key, kind, kind === QUEUED ? { ...page, after } : page);
      },
    };
    const told = await toldBy(purged, {
      ...(message as MessageRow),
      members: [],
      packs: [{ from: 0, to: 600, severity: 'error', count: 300, named: 0 }],
    });
    expect(told.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, index) => index + 252));
  });
});
