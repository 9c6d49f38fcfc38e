/** A small team, for the tests of this folder. */
import type { Override, Roster } from '../../../src/relay/oncall/types.ts';

export const NOW = Date.parse('2025-11-27T13:00:00Z');
export const HOUR = 3_600_000;

/** Ana then Ben for db; Ben and Cy at once for web; Cy alone for default. */
export function team(overrides: Override[] = []): Roster {
  const person = (id: string, name: string, digit: number) => ({
    id,
    name,
    contacts: [
      { channel: 'email' as const, address: `${id}@example.com` },
      { channel: 'sms' as const, address: `+1555010${digit}` },
    ],
  });
  return {
    version: 7,
    people: [person('ana', 'Ana', 1), person('ben', 'Ben', 2), person('cy', 'Cy', 3)],
    services: [
      { id: 'default', policy: 'default', keyHashes: ['0'.repeat(64)] },
      { id: 'db', policy: 'storage', keyHashes: ['1'.repeat(64)] },
      { id: 'web', policy: 'front', keyHashes: ['2'.repeat(64)] },
    ],
    policies: [
      { id: 'default', levels: [{ people: ['cy'], afterMs: 300_000 }], repeat: 3 },
      {
        id: 'storage',
        levels: [
          { people: ['ana'], afterMs: 300_000 },
          { people: ['ben'], afterMs: 600_000 },
        ],
        repeat: 2,
      },
      { id: 'front', levels: [{ people: ['ben', 'cy'], afterMs: 300_000 }], repeat: 0 },
    ],
    overrides,
    defaultService: 'default',
  };
}

export function override(parts: Partial<Override>): Override {
  return {
    id: 'o1',
    policy: 'storage',
    level: 1,
    person: 'ben',
    fromMs: NOW - HOUR,
    untilMs: NOW + HOUR,
    by: 'root',
    madeAtMs: NOW - HOUR,
    ...parts,
  };
}
