/** Messages in a store, for what shows them. */
import {
  MESSAGE,
  TOLD,
  messageId,
  messageKey,
  responderKey,
  toldKey,
} from '../../../src/relay/notifications/rows.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
import type { MemoryStore } from '../../sim/memory-store.ts';
import { NOW_MS } from './stand-in.ts';

/** Writes messages as a responder's commit leaves them, with codes from 47. */
export async function putMessageRows(
  store: MemoryStore,
  person: string,
  incident: number,
  messages: Partial<MessageRow>[],
): Promise<void> {
  const rows = messages.map((fields, index): MessageRow => {
    const code = 47 + index;
    return {
      id: messageId(person, code),
      code,
      person,
      channel: 'sms',
      to: '+15550100',
      purpose: 'incident',
      body: `#${incident} Reply ${code}a ack`,
      answerable: true,
      status: 'accepted',
      providerId: `SM${code}`,
      error: null,
      cure: null,
      members: [],
      claimedAtMs: NOW_MS - 1_000,
      log: [],
      ...fields,
    };
  });
  const key = responderKey(person);
  const { op } = await store.load(key);
  await store.commit({
    key,
    expect: op,
    op: `10000000-0000-4000-8000-00000000000${person.length}`,
    state: {},
    rows: rows.flatMap((row) => [
      { kind: MESSAGE, key: messageKey(row.code), body: row },
      { kind: TOLD, key: toldKey(incident, row.code), body: null },
    ]),
    incidents: [],
  });
}
