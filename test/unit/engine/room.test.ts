import { describe, expect, it } from 'vitest';
import { REMEMBERED, Room } from '../../../src/relay/engine/room.ts';

describe('which remembered rows are done is looked up', () => {
  it('when there is no room left', () => {
    expect(new Room().wantsLook(REMEMBERED, 0, 0)).toBe(true);
  });

  it('when more waits than there is room for, once a second', () => {
    const room = new Room();
    expect(room.wantsLook(100, REMEMBERED, 0)).toBe(true);
    expect(room.wantsLook(100, REMEMBERED, 999)).toBe(false);
    expect(room.wantsLook(100, REMEMBERED, 1_000)).toBe(true);
  });

  it('not while all that waits fits', () => {
    expect(new Room().wantsLook(100, REMEMBERED - 100, 0)).toBe(false);
  });
});
