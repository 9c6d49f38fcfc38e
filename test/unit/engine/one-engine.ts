/** The whole engine over a store in memory, a clock moved by hand, and one phone. */
import { onTestFinished } from 'vitest';
import { Engine } from '../../../src/relay/engine/engine.ts';
import type { EngineParts } from '../../../src/relay/engine/engine-parts.ts';
import type { Log } from '../../../src/relay/engine/ports.ts';
import type { Outgoing, Transport } from '../../../src/relay/messaging/port.ts';
import type { LineageState } from '../../../src/relay/incidents/types.ts';
import type { Envelope } from '../../../src/relay/engine/envelope.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { calm } from './calm.ts';

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

export function oneEngine(change: Partial<EngineParts> = {}) {
  const clock = new HandClock();
  const store = new MemoryStore({ nowMs: () => clock.wallMs() });
  const startMs = clock.wallMs();
  const sent: Outgoing[] = [];
  const poisoned: string[] = [];
  const problems = new Map<string, string>();
  let ops = 0;
  const sms: Transport = {
    name: 'sms stand-in',
    channel: 'sms',
    settleMs: 60_000,
    send(message) {
      sent.push(message);
      return Promise.resolve({ kind: 'accepted', providerId: `SM${sent.length}` });
    },
    settle: () => Promise.resolve({ kind: 'unclear', error: 'not asked', retry: false }),
    check: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
  const roster: Roster = {
    ...emptyRoster(),
    version: 1,
    people: [{ id: 'ana', name: 'Ana', contacts: [{ channel: 'sms', address: '+15550101' }] }],
  };
  const engine = new Engine({
    store,
    clock,
    ids: {
      op: () => {
        ops += 1;
        return `op-${ops}`;
      },
      chance: () => 0.5,
    },
    log: silent,
    problems: {
      raise: (id, text) => void problems.set(id, text),
      clear: (id) => void problems.delete(id),
    },
    nowMs: () => startMs + clock.monoMs(),
    roster: () => roster,
    duty: () => ({
      rosterVersion: 1,
      policy: 'standard',
      levels: [{ people: ['ana'], afterMs: 60_000, because: 'policy standard' }],
      repeat: 0,
      catchAll: ['ana'],
    }),
    transports: new Map([['sms', [sms]]]),
    answerable: new Set(['sms']),
    pace: { atOnce: 1_000, everyMs: 60_000 },
    zone: 'UTC',
    disable: () => Promise.resolve(),
    poison: (row) => {
      poisoned.push(row);
      return Promise.resolve();
    },
    onCommit: () => {},
    ...change,
  });
  onTestFinished(() => {
    void engine.stop();
  });
  const incident = async (key = 'disk'): Promise<LineageState['incident']> => {
    const { state } = await store.load(`i:db/${key}`);
    return (state as Envelope<LineageState> | null)?.domain.incident ?? null;
  };
  /** Lets so much time pass, a little at a time, and everything happen that is due. */
  const pass = async (delayMs: number): Promise<void> => {
    for (let passedMs = 0; passedMs < delayMs; passedMs += 250) {
      clock.pass(250);
      await calm();
    }
  };
  return { engine, store, clock, sent, poisoned, problems, incident, pass };
}
