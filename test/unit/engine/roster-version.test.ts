import { describe, expect, it } from 'vitest';
import type { Duty } from '../../../src/relay/oncall/types.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow } from './rows.ts';

/** What this host holds of the roster, and what the store has meanwhile. */
function rosters(): {
  held: { version: number };
  duty: () => Duty;
  freshRoster: (version: number) => Promise<void> | null;
  asked: number[];
} {
  const held = { version: 2 };
  const asked: number[] = [];
  return {
    held,
    asked,
    duty: () => ({
      rosterVersion: held.version,
      policy: 'standard',
      levels: [{ people: [held.version === 1 ? 'ben' : 'ana'], afterMs: 60_000, because: 'policy standard' }],
      repeat: 0,
      catchAll: ['ana'],
    }),
    freshRoster: (version) => {
      asked.push(version);
      if (held.version >= version) return null;
      return Promise.resolve().then(() => {
        held.version = 2;
      });
    },
  };
}

describe('an incident that was decided about under a newer roster than this host holds', () => {
  it('is decided about only once the host has read that version (rule 16, S4)', async () => {
    const { held, duty, freshRoster, asked } = rosters();
    const { engine, store, incident, pass } = oneEngine({ duty, freshRoster });
    await engine.start();
    const rows = [alertRow(1), alertRow(2, { action: 'resolve' })];
    await store.append(rows);
    engine.accepted(rows);
    await pass(1_000);
    expect(await incident()).toMatchObject({ status: 'resolved', rosterVersion: 2 });
    // Another host that has not heard of the last edit yet.
    held.version = 1;
    const again = alertRow(3);
    await store.append([again]);
    engine.accepted([again]);
    await pass(1_000);
    expect(asked.at(-1)).toBe(2);
    expect(await incident()).toMatchObject({ status: 'triggered', rosterVersion: 2, assigned: ['ana'] });
  });

  it('is given to whom a newer roster names only once the host has read that one', async () => {
    const { held, duty, freshRoster, asked } = rosters();
    const { engine, store, incident, pass } = oneEngine({ duty, freshRoster });
    held.version = 1;
    await engine.start();
    const opening = alertRow(1);
    await store.append([opening]);
    engine.accepted([opening]);
    await pass(1_000);
    expect(await incident()).toMatchObject({ rosterVersion: 1 });
    const number = (await incident())?.number ?? 0;
    const given: JournalRow = {
      ...alertRow(2),
      input: {
        kind: 'order',
        number,
        lineage: 'i:db/disk',
        actor: 'cleo',
        order: { verb: 'reassign', policy: 'standard', rosterVersion: 2 },
      },
    };
    await store.append([given]);
    engine.accepted([given]);
    await pass(1_000);
    expect(asked.at(-1)).toBe(2);
    expect(await incident()).toMatchObject({ rosterVersion: 2, assigned: ['ana'] });
  });
});
