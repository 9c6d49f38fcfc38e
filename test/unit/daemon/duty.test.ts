import { expect, it } from 'vitest';
import { DutyCache } from '../../../src/relay/daemon/duty.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';

it('who is on call changes to the millisecond: an answer is kept only until the next override begins or ends', () => {
  const nowMs = 1_800_000_000_000;
  const roster: Roster = {
    ...emptyRoster(),
    version: 1,
    people: ['ana', 'ben'].map((id) => ({ id, name: id, contacts: [] })),
    services: [{ id: 'default', policy: 'default', keyHashes: [] }],
    policies: [{ id: 'default', levels: [{ people: ['ana'], afterMs: 60_000 }], repeat: 0 }],
    overrides: [
      {
        id: '1',
        policy: 'default',
        level: 1,
        person: 'ben',
        fromMs: nowMs + 250,
        untilMs: nowMs + 700,
        by: 'ana',
        madeAtMs: nowMs,
      },
    ],
  };
  const cache = new DutyCache(
    () => roster,
    () => ['ana'],
  );
  const told = [0, 249, 250, 699, 700, 999].map((passedMs) =>
    cache.at('default', nowMs + passedMs).levels[0]?.people.join(),
  );
  expect(told).toEqual(['ana', 'ana', 'ben', 'ben', 'ana', 'ana']);
  expect(cache.at('default', nowMs + 999), 'kept').toBe(cache.at('default', nowMs + 1_000));
});

it('what is about relay itself goes straight to the catch-all, and says so rather than that nobody is on call', () => {
  const roster: Roster = {
    ...emptyRoster(),
    people: [{ id: 'ana', name: 'ana', contacts: [] }],
    policies: [{ id: 'default', levels: [{ people: ['ana'], afterMs: 60_000 }], repeat: 0 }],
  };
  const cache = new DutyCache(
    () => roster,
    () => ['ana'],
  );
  expect(cache.at('relay', 0)).toMatchObject({ levels: [], straight: expect.stringMatching(/relay itself/) });
  expect(cache.at('default', 0)).not.toHaveProperty('straight');
});
