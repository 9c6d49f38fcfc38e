import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientFor, type Client } from '../../../src/cli/client.ts';
import { snoozeUntil } from '../../../src/cli/incident-order.ts';
import type { IncidentJson } from '../../../src/relay/api/wire.ts';
import { lineageKey } from '../../../src/relay/incidents/rows.ts';
import { NOW_MS, putIncident, standIn, type StandIn } from './stand-in.ts';

let relay: StandIn;
let client: Client;
beforeEach(async () => {
  relay = await standIn();
  client = clientFor({ kind: 'socket', socket: relay.socket });
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
});

/** The engine leaves the incident like this when it has carried an order out. */
function willBe(fields: Partial<IncidentJson>): void {
  relay.core.whenDone = async () => {
    await putIncident(relay.store, { number: 7, ...fields });
    return true;
  };
}

const order = async (verb: string, body: object = {}): Promise<string> => {
  const { text } = await client.post<{ text: string }>(`/v1/incidents/7/${verb}`, { as: 'ana', ...body });
  return text;
};
const orders = (): unknown[] =>
  relay.accepted.map(({ input }) => (input.kind === 'order' ? input.order : input.kind));

describe('an order about an incident', () => {
  it('goes through the journal, and the answer says what follows', async () => {
    await putIncident(relay.store, { number: 7 });
    const untilMs = NOW_MS + 2 * 3_600_000;
    willBe({ status: 'acknowledged', assignedTo: ['ana'] });
    expect(await order('snooze', { untilMs, zone: 'Europe/Berlin' })).toBe(
      'Snoozed #7 until Sat 05:14 CET; ana is paged again then unless it is resolved',
    );
    willBe({ assignedTo: ['ben'] });
    expect(await order('reassign', { person: 'ben' })).toBe(
      'Reassigned #7 to ben, who is paged now; without an answer it goes on up the levels',
    );
    expect(await order('reassign', { policy: 'default' })).toBe(
      'Reassigned #7 to policy default: ben is paged now',
    );
    expect(await order('escalate')).toBe('Escalated #7: ben is paged now');
    expect(await order('note', { text: 'disk ordered' })).toBe('Noted on #7');
    expect(orders()).toEqual([
      { verb: 'snooze', untilMs, until: 'Sat 05:14 CET' },
      { verb: 'reassign', person: 'ben', rosterVersion: 1 },
      { verb: 'reassign', policy: 'default', rosterVersion: 1 },
      { verb: 'escalate' },
      { verb: 'note', text: 'disk ordered' },
    ]);
  });

  it('is refused where it names nobody, both, a time that is over or far away, or no text', async () => {
    await putIncident(relay.store, { number: 7 });
    const refused = (verb: string, body: object, exit: number): Promise<void> =>
      expect(order(verb, body)).rejects.toMatchObject({ exit });
    await refused('reassign', { person: 'bne' }, 4);
    await refused('reassign', { policy: 'nightly' }, 4);
    await refused('reassign', {}, 2);
    await refused('reassign', { person: 'ben', policy: 'default' }, 2);
    await refused('snooze', {}, 2);
    await refused('snooze', { untilMs: NOW_MS }, 2);
    await refused('snooze', { untilMs: NOW_MS + 31 * 86_400_000 }, 2);
    await refused('snooze', { untilMs: NOW_MS + 1_000, zone: 'Mars/Olympus' }, 2);
    await refused('note', {}, 2);
    expect(orders()).toEqual([]);
  });

  it('about what is resolved says so; only a note is taken', async () => {
    await putIncident(relay.store, { number: 7, status: 'resolved' });
    expect(await order('escalate')).toBe('#7 is already resolved');
    willBe({ status: 'resolved' });
    expect(await order('note', { text: 'it was the fan' })).toBe('Noted on #7');
    expect(orders()).toEqual([{ verb: 'note', text: 'it was the fan' }]);
  });

  it('is recorded while the engine stands still', async () => {
    await putIncident(relay.store, { number: 7 });
    relay.core.whenDone = async () => false;
    expect(await order('escalate')).toBe('#7: escalate is recorded and will be carried out');
  });
});

it('what is snoozed can be acknowledged, which ends the snooze', async () => {
  const { service, dedupKey } = await putIncident(relay.store, { number: 7, status: 'acknowledged' });
  expect(await order('ack')).toBe('#7 is already acknowledged');
  const key = lineageKey(service, dedupKey);
  const { op } = await relay.store.load(key);
  const state = { domain: { incident: { number: 7, snoozedUntilMs: NOW_MS + 1_000 } } };
  const op2 = '10000000-0000-4000-8000-000000000001';
  await relay.store.commit({ key, expect: op, op: op2, state, rows: [], incidents: [] });
  expect(await order('ack')).toBe('#7 acknowledged by ana');
  expect(orders()).toEqual(['command']);
});

describe('the time of a snooze', () => {
  const at = (words: string): string =>
    new Date(snoozeUntil(words.split(' '), NOW_MS, 'Europe/Berlin')).toISOString();

  it('is how long, or until when by the clock of whoever types it', () => {
    expect(at('2h')).toBe('2026-11-21T04:14:00.000Z');
    expect(at('for 1h 30m')).toBe('2026-11-21T03:44:00.000Z');
    expect(at('until 18:00')).toBe('2026-11-21T17:00:00.000Z');
    expect(at('until mon 09:00')).toBe('2026-11-23T08:00:00.000Z');
  });

  it('is asked for when it is missing or none', () => {
    expect(() => at('until')).toThrow('Say how long, or until when.');
    expect(() => at('soon')).toThrow('"soon" is neither how long nor until when.');
  });
});
