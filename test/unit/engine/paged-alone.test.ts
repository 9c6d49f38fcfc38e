import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../src/relay/engine/envelope.ts';
import { Notes } from '../../../src/relay/engine/degraded/notes.ts';
import type { LineageState } from '../../../src/relay/incidents/types.ts';
import {
  MESSAGE,
  messageKey,
  TOLD,
  toldKey,
  type MessageRow,
} from '../../../src/relay/notifications/rows.ts';
import { onlyOnceId, shardOf } from '../../../src/relay/store/places.ts';
import type { JournalRow, Store } from '../../../src/relay/store/port.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow, HOST } from './rows.ts';

type Relay = ReturnType<typeof oneEngine>;

const ALONE = 910_001;
const PHONE = '+15550101';

/** The rows are accepted here, and everything follows that is due within a second. */
async function accept(relay: Relay, ...rows: JournalRow[]): Promise<void> {
  await relay.store.append(rows);
  relay.engine.accepted(rows);
  await relay.pass(1_000);
}

/** A host without a quorum, with codes and numbers of its own. */
async function hostAlone(): Promise<Relay> {
  const relay = oneEngine({ degraded: { host: 'h1', firstCode: ALONE } });
  const reserve = relay.store.reserveNumbers.bind(relay.store);
  relay.store.reserveNumbers = async (count) => (await reserve(count)) + ALONE - 1;
  await relay.engine.start();
  return relay;
}

/** The host stops paging alone; the others know what it did. */
async function together(alone: Relay): Promise<Relay> {
  await alone.engine.stop();
  const notes = new Notes();
  await notes.read('h1', alone.store);
  const relay = oneEngine({ noteOf: (row, target) => notes.of(row, target) });
  await relay.engine.start();
  return relay;
}

async function lineage(store: Store): Promise<LineageState> {
  const { state } = await store.load('i:db/disk');
  return (state as Envelope<LineageState>).domain;
}

function answerRow(seq: number, atMs: number, code: number): JournalRow {
  const stamp = { host: HOST, seq, atMs, trusted: true };
  const shard = shardOf('r:ana');
  return {
    id: onlyOnceId(stamp, 'r', shard),
    shard,
    stamp,
    input: {
      kind: 'reply',
      person: 'ana',
      channel: 'sms',
      contact: PHONE,
      command: { verb: 'ack', code, scope: 'message' },
      text: `${code}a`,
      sentAtMs: atMs,
    },
    raw: null,
  };
}

describe('an alert that a host paged about on its own', () => {
  it('pages nobody again once the others know, and its text can still be answered', async () => {
    const alone = await hostAlone();
    const row = alertRow(1, { atMs: alone.clock.wallMs() });
    await accept(alone, row);
    expect(alone.sent.map(({ person, code }) => `${person} ${code}`)).toEqual([`ana ${ALONE}`]);
    expect(alone.sent[0]?.body).toMatch(/^\[no quorum, sent by h1\] #910001 /);

    const relay = await together(alone);
    await accept(relay, row);
    expect(relay.sent).toEqual([]);
    const { incident, notes } = await lineage(relay.store);
    expect(incident).toMatchObject({ status: 'triggered', told: ['ana'], events: 1 });
    expect(notes).toEqual([{ number: ALONE, seq: 1, incident: incident?.number }]);
    expect(await relay.store.lineageOf(ALONE)).toBe('i:db/disk');
    const [message] = await relay.store.rows('r:ana', MESSAGE, { prefix: messageKey(ALONE) });
    expect(message?.body as MessageRow).toMatchObject({ status: 'accepted', degraded: true });
    const told = await relay.store.rows('r:ana', TOLD);
    expect(told.map(({ key }) => key)).toEqual([toldKey(incident?.number ?? 0, ALONE)]);

    await accept(relay, answerRow(2, relay.clock.wallMs(), ALONE));
    expect((await lineage(relay.store)).incident).toMatchObject({
      status: 'acknowledged',
      answeredBy: 'ana',
    });
    expect(relay.sent.map(({ body }) => body)).toEqual([expect.stringMatching(/^Acked #1 /)]);
    expect((await relay.store.undone([row.id])).size).toBe(0);
  });

  it('that was acknowledged there is acknowledged here', async () => {
    const alone = await hostAlone();
    const row = alertRow(1, { atMs: alone.clock.wallMs() });
    await accept(alone, row);
    await accept(alone, answerRow(2, alone.clock.wallMs(), ALONE));
    const relay = await together(alone);
    await accept(relay, row);
    expect((await lineage(relay.store)).incident).toMatchObject({
      status: 'acknowledged',
      answeredBy: 'ana',
    });
    await relay.pass(300_000);
    expect(relay.sent).toEqual([]);
  });
});
