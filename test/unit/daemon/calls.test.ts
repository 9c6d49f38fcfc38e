/** What a call reads aloud, and what a key pressed in it becomes. */
import { describe, expect, it } from 'vitest';
import { messageOfCall, takeKey, wordsFor, type CallParts } from '../../../src/relay/daemon/calls.ts';
import type { NewInput } from '../../../src/relay/events/accept.ts';
import type { Outgoing } from '../../../src/relay/messaging/port.ts';
import { CallsMade } from '../../../src/relay/messaging/twilio/calls-made.ts';
import type { PressedKey } from '../../../src/relay/messaging/twilio/voice-webhook.ts';
import { MESSAGE, messageKey, type MessageRow } from '../../../src/relay/notifications/rows.ts';
import type { Fact } from '../../../src/relay/notifications/types.ts';
import { addPerson, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { StoreUnavailableError, type JournalRow, type Row } from '../../../src/relay/store/port.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { silent } from './moving-config.ts';

const NAME = { person: 'ana', code: 47 };
const row: MessageRow = {
  id: 'ana.47',
  ...NAME,
  channel: 'voice',
  to: '+15550101',
  purpose: 'incident',
  body: 'This is Relay.',
  answerable: true,
  status: 'accepted',
  providerId: 'CA1',
  error: null,
  cure: null,
  members: [{ number: 12, lineage: 'i:db/12', counter: 1, service: 'db', summary: 'disk full' }],
  claimedAtMs: 1,
  log: [],
};
const outgoing: Outgoing = { ...row, channel: 'voice', body: 'This is Relay, as it was said.' };
const pressed: PressedKey = {
  ...NAME,
  contact: '+15550101',
  callSid: 'CA1',
  key: '4',
  receipt: { status: 'sent', providerId: 'CA1' },
};

interface World {
  parts: CallParts;
  accepted: NewInput[];
  made: CallsMade;
}

async function world(
  message: MessageRow | null,
  incident?: { status: string; answeredBy: string | null },
): Promise<World> {
  const store = new MemoryStore({ nowMs: () => 5 });
  const write = async (key: string, state: object, rows: Row[]) => {
    const change = { key, expect: null, op: `op-${key}`, state, rows, incidents: [] };
    expect(await store.commit(change)).toBe('applied');
  };
  if (message !== null) await write('r:ana', {}, [{ kind: MESSAGE, key: messageKey(47), body: message }]);
  if (incident !== undefined)
    await write('i:db/12', { domain: { incident: { number: 12, reaching: [], ...incident } } }, []);
  const accepted: NewInput[] = [];
  const made = new CallsMade();
  return {
    accepted,
    made,
    parts: {
      accept: (inputs) => {
        accepted.push(...inputs);
        return Promise.resolve(inputs.map(({ input }, at) => ({ id: `j${at}`, input }) as JournalRow));
      },
      roster: () => addPerson(emptyRoster(), { id: 'ana', name: 'Ana Lopez', voice: '+15550101' }),
      rosterIsSure: () => true,
      log: silent,
      nowMs: () => 9,
      store,
      whenDone: () => Promise.resolve(true),
      made: () => made,
    },
  };
}

describe('what a call reads aloud', () => {
  it('is the text that its claim has frozen', async () => {
    const { parts } = await world(row);
    expect(await messageOfCall(parts, NAME)).toMatchObject({ body: 'This is Relay.', providerId: 'CA1' });
  });

  it('is nothing, when there is no such message, or when it was no call', async () => {
    const { parts } = await world({ ...row, channel: 'sms' });
    expect(await messageOfCall(parts, NAME)).toBeNull();
    expect(await messageOfCall(parts, { ...NAME, code: 48 })).toBeNull();
  });

  it('is what this host called with, while its message can not be read or is not there yet', async () => {
    const { parts, made } = await world(null);
    made.begun(outgoing);
    expect(await messageOfCall(parts, NAME)).toMatchObject({ body: outgoing.body, providerId: null });
    parts.store.rows = () => Promise.reject(new StoreUnavailableError('no quorum'));
    made.taken('ana.47', 'CA1');
    expect(await messageOfCall(parts, NAME)).toMatchObject({ body: outgoing.body, providerId: 'CA1' });
    await expect(messageOfCall(parts, { ...NAME, code: 48 })).rejects.toThrow('no quorum');
  });
});

describe('a key', () => {
  it('becomes an answer to that message from that number, with the proof that the call was taken', async () => {
    const { parts, accepted } = await world(row, { status: 'acknowledged', answeredBy: 'ana' });
    expect(await takeKey(parts, pressed)).toBe('Acknowledged.');
    expect(accepted.map(({ stableId, input }) => ({ stableId, input }))).toEqual([
      {
        stableId: 'receipt-CA1-sent',
        input: { kind: 'receipt', ...NAME, receipt: { status: 'sent', providerId: 'CA1' } },
      },
      {
        stableId: 'key-CA1-4',
        input: {
          kind: 'reply',
          person: 'ana',
          channel: 'voice',
          contact: '+15550101',
          command: { verb: 'ack', code: 47, scope: 'message' },
          text: 'pressed 4',
          sentAtMs: 9,
        },
      },
    ]);
  });

  it('is being handled, as far as is said, until it is known what became of it', async () => {
    const { parts } = await world(row, { status: 'triggered', answeredBy: null });
    expect(await takeKey(parts, pressed), 'not acknowledged yet').toBe('Your answer is being handled.');
    const slow = { ...parts, whenDone: () => Promise.resolve(false) };
    expect(await takeKey(slow, pressed)).toBe('Your answer is being handled.');
    const away = { ...parts, whenDone: () => Promise.reject(new StoreUnavailableError('no quorum')) };
    expect(await takeKey(away, pressed), 'it is durable: it is not asked for again').toBe(
      'Your answer is being handled.',
    );
  });

  it('that could not be stored is told so by whoever called', async () => {
    const { parts } = await world(row);
    const full = { ...parts, accept: () => Promise.reject(new Error('the disk is full')) };
    await expect(takeKey(full, pressed)).rejects.toThrow('the disk is full');
  });

  it('to a test proves that answers arrive', async () => {
    const { parts } = await world({ ...row, purpose: 'test', members: [] });
    expect(await takeKey(parts, pressed)).toBe('Thank you, your answer has arrived.');
  });

  it('of somebody who has left changes nothing; while the roster may be an old one it is asked for again', async () => {
    const { parts, accepted } = await world(row);
    const left = { ...parts, roster: emptyRoster };
    expect(await takeKey(left, pressed)).toMatch(/no longer/);
    await expect(takeKey({ ...left, rosterIsSure: () => false }, pressed)).rejects.toBeInstanceOf(
      StoreUnavailableError,
    );
    expect(accepted).toEqual([]);
  });
});

describe('what is said after a key is what really happened', () => {
  const name = (by: string | null): string => (by === 'ben' ? 'Ben' : (by ?? 'somebody'));
  const fact = (status: Fact['status'], by: string | null): Fact => ({ status, by });
  it.each([
    ['ack', [fact('acknowledged', 'ana')], 'Acknowledged.'],
    ['ack', [fact('acknowledged', 'ben')], 'Already acknowledged by Ben.'],
    ['ack', [fact('resolved', null)], 'Already resolved by somebody.'],
    ['ack', [fact('acknowledged', 'ana'), fact('acknowledged', 'ben')], 'Acknowledged.'],
    ['ack', [fact('acknowledged', 'ana'), fact('triggered', null)], 'Your answer is being handled.'],
    ['resolve', [fact('resolved', 'ana')], 'Resolved.'],
    ['resolve', [fact('acknowledged', 'ana')], 'Your answer is being handled.'],
    ['escalate', [fact('triggered', null)], 'Escalated.'],
    ['escalate', [fact('resolved', 'ben')], 'Already resolved by Ben.'],
    ['ack', [], 'Your answer is being handled.'],
  ] as const)('%s of %j: %s', (verb, facts, said) => {
    expect(wordsFor(verb, 'ana', facts, name)).toBe(said);
  });
});
