import { describe, expect, it } from 'vitest';
import { meantNow } from '../../../src/relay/oncall/meant-now.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { roster } from '../api/stand-in.ts';

const NOW_MS = Date.UTC(2026, 10, 18, 12);

const withTurns = (): Roster => ({
  ...roster(),
  rotations: [
    {
      id: 'ops',
      zone: 'UTC',
      layers: [
        {
          members: ['ana', 'ben'],
          shift: { every: 1, unit: 'weeks' },
          start: '2026-11-09',
          handoff: '09:00',
        },
      ],
    },
    {
      id: 'later',
      zone: 'UTC',
      layers: [
        { members: ['ana'], shift: { every: 1, unit: 'weeks' }, start: '2027-01-04', handoff: '09:00' },
      ],
    },
  ],
  groups: [{ id: 'dba', people: ['ben', 'ana'] }],
});

describe('whom names mean now', () => {
  it('is a person, whoever is on call in a rotation, everybody in a group, each once', () => {
    expect(meantNow(withTurns(), ['ana'], NOW_MS)).toEqual(['ana']);
    expect(meantNow(withTurns(), ['ops'], NOW_MS)).toEqual(['ben']);
    expect(meantNow(withTurns(), ['rotation:ops'], NOW_MS + 7 * 86_400_000)).toEqual(['ana']);
    expect(meantNow(withTurns(), ['dba', 'rotation:ops'], NOW_MS)).toEqual(['ben', 'ana']);
  });

  it('is refused where nobody has the name, or nobody is on call', () => {
    expect(() => meantNow(withTurns(), ['zoe'], NOW_MS)).toThrow('There is no person zoe');
    expect(() => meantNow(withTurns(), ['rotation:dba'], NOW_MS)).toThrow('There is no rotation dba');
    expect(() => meantNow(withTurns(), ['later'], NOW_MS)).toThrow('later: nobody is on call in it now');
  });
});
