import { describe, expect, it } from 'vitest';
import { oneEngine } from './one-engine.ts';
import { alertRow } from './rows.ts';

describe('a storm on one key', () => {
  it('keeps the order of acceptance: what comes while rows are left behind follows them', async () => {
    const { engine, store, incident, pass } = oneEngine();
    const storm = Array.from({ length: 1_000 }, (_, index) => alertRow(index + 1));
    const resolve = alertRow(1_001, { action: 'resolve' });
    const back = alertRow(1_002);
    await engine.start();
    const read = store.walkJournal.bind(store);
    const gate = Promise.withResolvers<void>();
    store.walkJournal = (walk) => gate.promise.then(() => read(walk));
    await store.append([...storm, resolve]);
    engine.accepted([...storm, resolve]);
    await pass(1_000);
    expect((await incident())?.events).toBe(1_000);
    await store.append([back]);
    engine.accepted([back]);
    await pass(1_000);
    gate.resolve();
    await pass(1_000);
    expect(await incident()).toMatchObject({ status: 'triggered', events: 1, openedBy: { seq: 1_002 } });
  });
});

describe('somebody who watches commits and throws', () => {
  it('costs nobody their page', async () => {
    const watching = (): void => {
      throw new Error('a feed that fell over');
    };
    const { engine, store, sent, pass } = oneEngine({ onCommit: watching, onCall: watching });
    await engine.start();
    const row = alertRow(1);
    await store.append([row]);
    engine.accepted([row]);
    await pass(1_000);
    expect(sent.map((message) => message.person)).toEqual(['ana']);
  });
});
