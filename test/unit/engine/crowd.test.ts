/** What there is room for in memory: a storm defers its own rows and nobody else's. */
import { describe, expect, it } from 'vitest';
import { Crowd } from '../../../src/relay/engine/crowd.ts';

const LIMITS = { one: 3, group: 5, all: 8, few: 2 };

/** A crowd with so many rows under way for each of these. */
function crowdOf(rows: Record<string, number>): Crowd {
  const crowd = new Crowd(LIMITS);
  for (const [key, count] of Object.entries(rows)) {
    for (let row = 0; row < count; row += 1) crowd.enter([key]);
  }
  return crowd;
}

describe('the rows in memory', () => {
  it('let a storm on one key defer only its own rows', () => {
    const crowd = crowdOf({ 'i:db/disk': 3 });
    expect(crowd.admits(['i:db/disk'])).toBe(false);
    expect(crowd.admits(['i:db/load'])).toBe(true);
  });

  it("let a storm on one service defer only that service's rows", () => {
    const crowd = crowdOf({ 'i:db/a': 2, 'i:db/b': 2, 'i:db/c': 1 });
    expect(crowd.admits(['i:db/new'])).toBe(false);
    expect(crowd.admits(['i:web/new'])).toBe(true);
    expect(crowd.admits(['r:ana'])).toBe(true);
    expect(crowd.admits(['i:web/new', 'i:db/new'])).toBe(false);
  });

  it('let in who has only a few, however full the memory is', () => {
    const crowd = crowdOf({ 'i:db/a': 3, 'i:db/b': 2, 'i:web/a': 3 });
    expect(crowd.admits(['i:web/b'])).toBe(false);
    expect(crowd.admits(['i:mail/a'])).toBe(true);
    crowd.enter(['i:mail/a']);
    crowd.enter(['i:mail/b']);
    expect(crowd.admits(['i:mail/c'])).toBe(false);
  });

  it('make room when they are done', () => {
    const crowd = crowdOf({ 'i:db/disk': 3 });
    crowd.leave(['i:db/disk']);
    expect(crowd.admits(['i:db/disk'])).toBe(true);
  });
});
